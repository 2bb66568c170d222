/* What connect() refuses, and the fresh socket is as good as before. */
#include "semantics.h"

static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    exchange(accept_one(listener));
}

static void client(void) {
    union address to = hear_listener(), local = {.any.sa_family = AF_UNIX};
    int fd = new_socket(0), null = open("/dev/null", O_RDWR);
    STEP(connect(fd, NULL, 0));
    STEP(connect(fd, &to.any, 1));
    STEP(connect(fd, &to.any, 8));
    STEP(connect(fd, &local.any, sizeof local.v6));
    STEP(connect(-1, &to.any, address_size(&to)));
    STEP(connect(1023, &to.any, address_size(&to)));
    STEP(connect(null, &to.any, address_size(&to)));
    STEP(connect(fd, &to.any, sizeof to));
    introduce(fd);
    carried(fd);
    exchange(fd);
}

SEMANTICS_CASE(connect_arguments, "connect-arguments", SLIM, BOTH_FAMILIES, server, client);
