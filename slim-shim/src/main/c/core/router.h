/* Questions to the router. Each waits at most config.wait_ms, and none is asked for a while after one was not answered. */
#ifndef SLIM_CORE_ROUTER_H
#define SLIM_CORE_ROUTER_H

#include "conversation.h"

/* The mode that host sockets are to be had in; asked with the first HELLO of a process, later it is known. */
enum wire_mode router_mode(void);

/* False: no answer; the caller uses the overlay. On true the caller owns the answer's descriptors (-1: it has none). */
bool router_connect(const struct wire_connect *question, struct wire_connect_ok *answer, int *host_socket);
bool router_listen(const struct wire_listen *question, struct wire_listen_ok *answer, int *shadow, int *lease);

/* Says HELLO, if the router may be asked now: the answer has the mode, and the newest peer table. */
void router_meet(void);

/* The same, of whatever router is there now, even if it may not be asked now: for a client that is here already. */
bool router_fetch_newest_table(void);

/* The router is not asked now: start_ms is when the question was asked that it has not answered. */
bool router_is_quiet(uint64_t now_ms);
void router_failed(const char *what, uint64_t start_ms);

/* A thread is talking on this number. */
bool router_busy(int fd);
void router_after_fork(void);
void router_moved(int from, int to);

#endif
