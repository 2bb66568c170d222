/* What the environment says, read once when the library is loaded. */
#ifndef SLIM_CORE_CONFIG_H
#define SLIM_CORE_CONFIG_H

#include "endpoint.h"

struct config {
    bool active; /* false: every call is passed on */
    struct prefixes prefixes;
    char socket_path[108];
    char log_path[256]; /* empty: no log */
    uint32_t wait_ms;
};

extern struct config config;

/* environment: a list of NAME=value, NULL at its end. secure: the process runs with more rights than its caller (AT_SECURE). */
void config_read(char **environment, bool secure);

/* A program with this environment would have the shim switched on, if it is loaded. */
bool config_switched_on(char *const *environment);

#endif
