/* Questions to the router. Each waits at most config.wait_ms, and none is asked for a while after one was not answered. */
#ifndef SLIM_CORE_ROUTER_H
#define SLIM_CORE_ROUTER_H

#include "wire.h"

struct router_answer {
    uint8_t frame[WIRE_MAX_FRAME];
    struct wire_header header;
    int fds[WIRE_MAX_FDS];
};

/* False: no answer; the caller uses the overlay. On true the caller owns the answer's descriptors (-1: it has none). */
bool router_connect(const struct wire_connect *question, struct wire_connect_ok *answer, int *host_socket);
bool router_listen(const struct wire_listen *question, struct wire_listen_ok *answer, int *shadow, int *lease);

/* Asks for the newest peer table, if the router may be asked now. */
void router_fetch_table(void);

/* The same, of whatever router is there now, even if it may not be asked now: for a client that is here already. */
bool router_fetch_newest_table(void);

/* A thread is talking on this number. */
bool router_busy(int fd);
void router_after_fork(void);
void router_moved(int from, int to);

#endif
