/* A client that connects when it is told to, and the server's side of that. */
#ifndef READY_CLIENTS_H
#define READY_CLIENTS_H

#include "semantics.h"

void obedient_client(void);
/* Server: after announce(). Returns when that many more are connected. */
void bring(long connections);
/* Server: the client may end. */
void dismiss(void);
/* Server: accepts all that wait at a non-blocking listener, and says so. */
void accept_all(int listener);
/* Server: accepts one, says so and closes it. */
void accept_first(int listener);

#endif
