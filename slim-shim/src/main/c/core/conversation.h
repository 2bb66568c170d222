/* One connection to the router: opening it, asking and being answered, descriptors that come with an answer. Who may use which: router.h.
 */
#ifndef SLIM_CORE_CONVERSATION_H
#define SLIM_CORE_CONVERSATION_H

#include "wire.h"

struct router_answer {
    uint8_t frame[WIRE_MAX_FRAME];
    struct wire_header header;
    int fds[WIRE_MAX_FDS];
};

/* A hidden descriptor, on which HELLO has been answered; negative: no router. */
int conversation_open(uint64_t deadline_ms);

/* On true the caller owns the answer's descriptors. On false the connection must be closed. */
bool conversation_ask(int fd, uint8_t *frame, size_t size, uint64_t request, uint64_t deadline_ms, struct router_answer *answer);

uint64_t conversation_new_request(void);
void conversation_close_fds(const struct router_answer *answer, unsigned count);

/* One data byte and the descriptor that came with it (-1: none) without waiting. 1, 0 at the end of the stream, or negative errno. */
int conversation_receive_now(int fd, uint8_t *byte, int *received);

/* Of the router that has answered last. */
enum wire_mode conversation_mode(void);

#endif
