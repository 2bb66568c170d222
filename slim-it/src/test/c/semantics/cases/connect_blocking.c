/* The plain connection, and the names on both ends of it. */
#include "semantics.h"

static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    meet();
    union address peer;
    socklen_t length = sizeof peer;
    int fd = (int)STEP(accept(listener, &peer.any, &length));
    say("accept: %s", address_text(&peer, length));
    carried(fd);
    show_names(fd);
    exchange(fd);
    receive_end(fd);
    STEP(close(fd));
    show_names(listener);
}

static void client(void) {
    union address to = hear_listener();
    int fd = new_socket(0);
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    show_names(fd);
    show_flags(fd);
    exchange(fd);
    STEP(shutdown(fd, SHUT_RDWR));
    receive_end(fd);
    STEP(close(fd));
}

SEMANTICS_CASE(connect_blocking, "connect-blocking", SLIM, ALL_FAMILIES, server, client);
