/* The peer tables of the router's starts seen by this process; a listener from before a restart goes on with the table of then. */
#ifndef SLIM_CORE_TABLES_H
#define SLIM_CORE_TABLES_H

#include "peer_table.h"

/* From HELLO_OK; the caller keeps the descriptor. False: no peer table, or too many. */
bool tables_adopt(int fd, uint32_t size, uint64_t instance);

/* Who connects to this process's shadows; false: nobody that a router has announced. */
bool tables_find(const struct endpoint *client, uint16_t shadow_port, struct peer_names *names);

/* A file has no cookie: its first bytes tell whether the number still is a peer table. */
bool tables_is_file(int fd);
void tables_moved(int from, int to);

/* The newest table goes over exec, or not. */
void tables_inherited(bool inherited);

/* In the new image: takes the file over; false if it is no peer table. */
bool tables_take_up(int fd);

#endif
