/* A listener that Slim has served ends: the next connect is refused, as quickly as ever, and a later one finds the next listener. */
#include "semantics.h"

static void server(void) {
    int listener = new_listener(0), port = port_of(listener), on = 1;
    announce(listener);
    int fd = accept_one(listener);
    exchange(fd);
    receive_end(fd);
    close(fd);
    STEP(close(listener));
    tell("ended");
    hear("refused");
    union address any = wildcard(port);
    listener = new_socket(0);
    STEP(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
    STEP(bind(listener, &any.any, address_size(&any)));
    STEP(listen(listener, 8));
    wait_once(listener);
    tell("listens");
    fd = accept_one(listener);
    exchange(fd);
}

static void client(void) {
    union address to = hear_listener();
    int fd = dial_to(&to);
    on_path(fd, SLIM);
    exchange(fd);
    close(fd);
    hear("ended");
    fd = new_socket(0);
    STEP(connect(fd, &to.any, address_size(&to)));
    STEP(close(fd));
    tell("refused");
    hear("listens");
    fd = dial_to(&to);
    exchange(fd);
}

SEMANTICS_CASE(listener_ended, "connect-listener-ended", EITHER, V4, server, client);
