/* What this process remembers: destinations for which the router said "overlay", for as long as it said. */
#ifndef SLIM_CORE_NEGATIVE_H
#define SLIM_CORE_NEGATIVE_H

#include "endpoint.h"

bool negative_known(const struct endpoint *destination);
void negative_remember(const struct endpoint *destination, uint32_t for_ms);

#endif
