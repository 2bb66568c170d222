/* Nothing is left behind by connections: no descriptor, on either side. */
#include "semantics.h"

#include <time.h>

#define WARM 10
#define CONNECTIONS 300

static void serve(int listener, int count) {
    for (int i = 0; i < count; i++) {
        int fd = (int)MUST(accept(listener, NULL, NULL));
        char byte;
        MUST(recv(fd, &byte, 1, 0));
        close(fd);
    }
}

static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    serve(listener, WARM);
    int before = count_descriptors();
    serve(listener, CONNECTIONS);
    say("descriptors after %d connections: %+d", CONNECTIONS, count_descriptors() - before);
    hear("done");
}

static void connect_often(const union address *to, int count) {
    for (int i = 0; i < count; i++) {
        int fd = new_socket(i % 2 ? SOCK_NONBLOCK : 0);
        int result = connect(fd, &to->any, address_size(to));
        if (result != 0 && errno != EINPROGRESS) broken("connect: %s", error_name(errno));
        struct pollfd entry = {.fd = fd, .events = POLLOUT};
        MUST(poll(&entry, 1, -1));
        carried(fd);
        MUST(send(fd, "x", 1, MSG_NOSIGNAL));
        close(fd);
    }
}

static void client(void) {
    union address to = hear_listener();
    connect_often(&to, WARM);
    int before = count_descriptors();
    connect_often(&to, CONNECTIONS);
    say("descriptors after %d connections: %+d", CONNECTIONS, count_descriptors() - before);
    tell("done");
}

SEMANTICS_CASE(leaks_connections, "leaks-connections", SLIM, BOTH_FAMILIES, server, client);

static void server_listeners(void) {
    close(new_listener(0));
    int before = count_descriptors();
    for (int i = 0; i < CONNECTIONS; i++) {
        int listener = new_listener(i % 2 ? SOCK_NONBLOCK : 0);
        wait_once(listener);
        if (i % 3 == 0) shutdown(listener, SHUT_RDWR);
        close(listener);
    }
    say("descriptors after %d listeners: %+d", CONNECTIONS, count_descriptors() - before);
    tell_number(port_of(new_listener(0)));
}

static void client_hears(void) { hear_number(); }

SEMANTICS_CASE(leaks_listeners, "leaks-listeners", EITHER, V4, server_listeners, client_hears);

/* Refused, and sockets that never connect. */
static void server_bound(void) {
    tell_number(port_of(bound_socket(0)));
    hear("done");
}

static void client_refused(void) {
    union address to = hear_listener();
    int before = 0;
    for (int i = 0; i < 2 * CONNECTIONS; i++) {
        int fd = new_socket(0);
        if (i % 2) connect(fd, &to.any, address_size(&to));
        close(fd);
        if (i == WARM) before = count_descriptors();
    }
    say("descriptors after refusals: %+d", count_descriptors() - before);
    tell("done");
}

SEMANTICS_CASE(leaks_refused, "leaks-refused", OVERLAY, V4, server_bound, client_refused);

/* Many threads connect at once: more than the connections to the router that are kept. */
#define THREADS 16
#define EACH 20

static union address target;

static void connect_each(void *argument) {
    (void)argument;
    for (int i = 0; i < EACH; i++) {
        char byte;
        int fd = new_socket(0);
        MUST(connect(fd, &target.any, address_size(&target)));
        MUST(send(fd, "x", 1, MSG_NOSIGNAL));
        if (recv(fd, &byte, 1, 0) != 0) say("unexpected data");
        close(fd);
    }
}

static void connect_in_threads(void) {
    struct worker workers[THREADS];
    for (int i = 0; i < THREADS; i++) start(&workers[i], connect_each, NULL);
    for (int i = 0; i < THREADS; i++) finish(&workers[i]);
}

static void client_threads(void) {
    target = hear_listener();
    connect_in_threads();
    int before = count_descriptors();
    connect_in_threads();
    say("descriptors: %+d", count_descriptors() - before);
}

static void server_threads(void) {
    int listener = new_listener(0);
    announce(listener);
    serve(listener, 2 * THREADS * EACH);
    say("all served");
}

SEMANTICS_CASE(leaks_threads, "connect-from-threads", SLIM, V4, server_threads, client_threads);
