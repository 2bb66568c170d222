/* Whoever has a host socket that is no shadow tries to be reached; whoever has a shadow or a child tries to reach. */
#include "attack.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EARS = 4, CLIENTS = 4, CLIENT_MS = 20000, SLICE_MS = 20 };

/* Whether anybody is heard on these until ATTACK_END. */
static void hear(int family, const char *const names[], const int sockets[], int count) {
    struct pollfd ears[EARS];
    bool heard[EARS] = {false};
    for (int i = 0; i < count; i++) {
        ears[i] = (struct pollfd){.fd = sockets[i], .events = POLLIN};
    }
    printf("listening\n");
    fflush(stdout);
    for (bool last = false; !last;) {
        last = is_file_there("ATTACK_END");
        if (poll(ears, (nfds_t)count, SLICE_MS) <= 0) {
            continue;
        }
        for (int i = 0; i < count; i++) {
            if (ears[i].fd >= 0 && ears[i].revents) {
                int child = accept(ears[i].fd, NULL, NULL);
                heard[i] |= child >= 0;
                ears[i].fd = -1;
                judge(names[i], family, child < 0 ? errno : 0, "a-caller");
            }
        }
    }
    for (int i = 0; i < count; i++) {
        if (!heard[i]) {
            refused(names[i], family, ETIMEDOUT);
        }
    }
}

/* ADDRESS PORT: sockets to it are made to listen instead. */
void listen_as_client(int family, char **arguments) {
    static const char *const names[] = {"client-listens", "client-listens-after-unspec", "client-listens-by-uring"};
    struct place destination = place_of(family, arguments[0], arguments[1]);
    int sockets[3];
    for (int i = 0; i < 3; i++) {
        sockets[i] = client_socket(family, arguments[0], arguments[1]);
    }
    if (connect_to(sockets[1], &destination) || forget_peer(sockets[1])) {
        give_up("the container's own destination");
    }
    ready_to_go();
    if (listen(sockets[0], 8) || listen(sockets[1], 8)) {
        give_up("listen on a client socket");
    }
    int missing = uring_listen(sockets[2]); /* Linux 6.11 */
    hear(family, names, sockets, missing ? 2 : 3);
}

/* PORT: an honest server; tells of each client, greets it, and waits until it goes. */
void serve(int family, char **arguments) {
    struct shadow shadow = shadow_of(family, arguments[0]);
    arm(&shadow);
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        struct pollfd ears[] = {{.fd = shadow.socket, .events = POLLIN}, {.fd = shadow.own, .events = POLLIN}};
        poll(ears, 2, -1);
        for (int i = 0; i < 2; i++) {
            struct sockaddr_storage from;
            socklen_t length = sizeof from;
            int child = ears[i].revents ? accept(ears[i].fd, (struct sockaddr *)&from, &length) : -1;
            if (child >= 0) {
                printf("accepted %s\n", i ? "overlay" : "host");
                fflush(stdout);
                send(child, "served\n", 7, MSG_NOSIGNAL);
            }
        }
    }
}

static void reach(const char *name, int family, int socket, const struct place *place) {
    int error = connect_to(socket, place);
    if (!error) {
        error = is_greeted(socket, "host-only\n") ? 0 : ENOTCONN;
    }
    judge(name, family, error, "host-only");
}

/*
 * PORT HOST-ADDRESS HOST-PORT CLIENTS: takes some clients, then tries what children and the shadow can be used for. HOST-PORT is a service
 * that listens on the host alone.
 */
void hold_child(int family, char **arguments) {
    static const char *const names[] = {"child-listens", "child-listens-by-uring"};
    struct shadow shadow = shadow_of(family, arguments[0]);
    struct place secret = place_of(family, arguments[1], arguments[2]);
    struct place any = place_of(family, family == 4 ? "0.0.0.0" : "::", "0");
    int children[CLIENTS];
    arm(&shadow);
    printf("ready\n");
    fflush(stdout);
    for (int i = 0; i < CLIENTS; i++) {
        struct pollfd ear = {.fd = shadow.socket, .events = POLLIN};
        if (poll(&ear, 1, CLIENT_MS) != 1 || (children[i] = accept(shadow.socket, NULL, NULL)) < 0) {
            give_up("a client of the shadow");
        }
    }
    ready_to_go();
    names_of("child", family, children[0], arguments[1], true);
    names_of("shadow", family, shadow.socket, arguments[1], false);
    options_of("child", family, children[0]);
    stamps_of("child", family, children[0]);
    forget_peer(children[0]);
    judge("child-binds", family, bind(children[0], (struct sockaddr *)&any.address, any.length) ? errno : 0, "bound");
    forget_peer(children[1]);
    judge("child-connects-by-uring", family, uring_connect(children[1], &secret), "connected");
    forget_peer(children[1]);
    reach("child-connects-after-unspec", family, children[1], &secret);
    forget_peer(children[2]);
    forget_peer(children[3]);
    forget_peer(shadow.socket);
    reach("shadow-connects-after-unspec", family, shadow.socket, &secret);
    options_of("shadow", family, shadow.socket); /* last: if they can be set, it is of no use afterwards */
    if (listen(children[2], 8)) {
        give_up("listen on a child");
    }
    int missing = uring_listen(children[3]);
    hear(family, names, children + 2, missing ? 1 : 2);
}
