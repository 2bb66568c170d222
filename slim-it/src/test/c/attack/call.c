#include "attack.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KNOCKS = 64 };

/* The router's sockets do not block. */
static void be_patient(int socket) {
    fcntl(socket, F_SETFL, 0);
    struct timeval limit = {.tv_sec = PATIENCE_MS / 1000};
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

/* What io_uring has left to do for this thread interrupts calls; the connection goes on then. */
int connect_to(int socket, const struct place *place) {
    be_patient(socket);
    int error = connect(socket, (const struct sockaddr *)&place->address, place->length) ? errno : 0;
    if (error == EINTR) {
        struct pollfd ready = {.fd = socket, .events = POLLOUT};
        socklen_t length = sizeof error;
        while (poll(&ready, 1, PATIENCE_MS) < 0 && errno == EINTR) {
        }
        error = ready.revents == 0 ? ETIMEDOUT : getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) ? errno : error;
    }
    return error;
}

int forget_peer(int socket) {
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    return connect(socket, &nobody, sizeof nobody) ? errno : 0;
}

bool is_greeted(int socket, const char *greeting) {
    char heard[32] = "";
    be_patient(socket);
    return recv(socket, heard, strlen(greeting), MSG_WAITALL) == (ssize_t)strlen(greeting) && strcmp(heard, greeting) == 0;
}

int accept_one(int listener, int *child) {
    struct pollfd ready = {.fd = listener, .events = POLLIN};
    if (poll(&ready, 1, PATIENCE_MS) != 1) {
        return ETIMEDOUT;
    }
    *child = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    return *child < 0 ? errno : 0;
}

void greet_for_ever(const char *port, const char *greeting) {
    struct place any = place_of(6, "::", port);
    int listener = socket(AF_INET6, SOCK_STREAM, 0), yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&any.address, any.length) || listen(listener, 64)) {
        give_up("a service of the host");
    }
    for (;;) {
        int child = accept(listener, NULL, NULL);
        if (child >= 0) {
            send(child, greeting, strlen(greeting), MSG_NOSIGNAL);
            close(child);
        }
    }
}

/* An outsider's connections, all at once: how many were answered within a second. */
void knock(const char *address, char **ports) {
    struct pollfd calls[KNOCKS];
    int answered = 0, count = 0, family = strchr(address, ':') ? 6 : 4;
    for (; ports[count] && count < KNOCKS; count++) {
        struct place place = place_of(family, address, ports[count]);
        int call = socket(family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(call, (struct sockaddr *)&place.address, place.length);
        calls[count] = (struct pollfd){.fd = call, .events = POLLOUT};
    }
    for (int left = count; left > 0 && poll(calls, (nfds_t)count, PATIENCE_MS) > 0;) {
        for (int i = 0; i < count; i++) {
            if (calls[i].fd >= 0 && calls[i].revents) {
                int error = 0;
                socklen_t length = sizeof error;
                getsockopt(calls[i].fd, SOL_SOCKET, SO_ERROR, &error, &length);
                answered += error == 0;
                calls[i].fd = -1;
                left--;
            }
        }
    }
    printf("knocked %d answered %d\n", count, answered);
}

/* ADDRESS PORT COUNT: an ordinary client's connections, which it keeps. */
void call(int family, char **arguments) {
    struct place place = place_of(family, arguments[0], arguments[1]);
    for (int i = 0; i < atoi(arguments[2]); i++) {
        int socket = client_socket(family, arguments[0], arguments[1]), error = connect_to(socket, &place);
        judge("call", family, error, "connected");
    }
    pause();
}
