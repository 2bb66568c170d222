#include "ready_clients.h"

void obedient_client(void) {
    union address to = hear_listener();
    for (long count = hear_number(); count > 0; count = hear_number()) {
        for (long i = 0; i < count; i++) {
            int fd = new_socket(0);
            MUST(connect(fd, &to.any, address_size(&to)));
            carried(fd);
        }
        tell("connected");
    }
}

void bring(long connections) {
    tell_number(connections);
    hear("connected");
}

void dismiss(void) { tell_number(0); }

void accept_all(int listener) {
    int fd;
    while ((fd = (int)STEP(accept(listener, NULL, NULL))) >= 0) {
        carried(fd);
        close(fd);
    }
}

void accept_first(int listener) {
    int fd = (int)STEP(accept(listener, NULL, NULL));
    carried(fd);
    close(fd);
}
