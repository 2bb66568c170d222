/* A socket that is connected cannot be connected again, wherever to. */
#include "semantics.h"

static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    exchange(fd);
    receive_end(fd);
}

static void client(void) {
    union address to = hear_listener();
    int fd = dial_to(&to);
    STEP(connect(fd, &to.any, address_size(&to)));
    union address elsewhere = server_address(1);
    STEP(connect(fd, &elsewhere.any, address_size(&elsewhere)));
    STEP(listen(fd, 1));
    STEP(bind(fd, &elsewhere.any, address_size(&elsewhere)));
    show_names(fd);
    exchange(fd);
}

SEMANTICS_CASE(connect_twice, "connect-twice", SLIM, BOTH_FAMILIES, server, client);
