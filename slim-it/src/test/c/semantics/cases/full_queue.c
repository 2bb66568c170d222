#include "full_queue.h"

int narrow_listener(void) {
    int listener = bound_socket(0);
    MUST(listen(listener, 0));
    announce(listener);
    return listener;
}

int fill_queue(const union address *server) {
    int fd = new_socket(0);
    MUST(connect(fd, &server->any, address_size(server)));
    carried(fd);
    return fd;
}

int let_in(int listener) {
    hear("waiting");
    close((int)MUST(accept(listener, NULL, NULL)));
    int fd = accept_one(listener);
    return fd;
}
