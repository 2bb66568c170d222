/* A listener whose queue is full does not answer the next connect until it accepts: the only way to see a connect that is under way. */
#ifndef FULL_QUEUE_H
#define FULL_QUEUE_H

#include "semantics.h"

/* Server: has one place in its queue. */
int narrow_listener(void);
/* Client: takes the place. */
int fill_queue(const union address *server);
/* Server: empties the queue when the client says "waiting", so that the next attempt (a second later) gets in. */
int let_in(int listener);

#endif
