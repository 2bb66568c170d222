/* What can be listened on, and what cannot. */
#include "ready_clients.h"

static void server_on_address(void) {
    int listener = new_socket(0);
    union address own = server_address(0);
    STEP(bind(listener, &own.any, address_size(&own)));
    name_port(port_of(listener), "listener");
    STEP(listen(listener, 8));
    show_names(listener);
    announce(listener);
    bring(1);
    accept_first(listener);
    dismiss();
}

SEMANTICS_CASE(kinds_on_address, "listen-on-address", SLIM, V4 | V6 | MAPPED, server_on_address, obedient_client);

/* listen() without bind(): the kernel chooses a port. Twice: another length of the queue. */
static void server_unbound(void) {
    int listener = new_socket(0);
    STEP(listen(listener, 1));
    STEP(listen(listener, 8));
    name_port(port_of(listener), "listener");
    show_names(listener);
    SHOW_INT(listener, SOL_SOCKET, SO_ACCEPTCONN);
    announce(listener);
    bring(5);
    for (int i = 0; i < 5; i++) accept_first(listener);
    dismiss();
}

SEMANTICS_CASE(kinds_unbound, "listen-unbound", SLIM, BOTH_FAMILIES, server_unbound, obedient_client);

static void server_errors(void) {
    int listener = new_listener(0), other = new_socket(0), null = open("/dev/null", O_RDWR);
    union address same = wildcard(port_of(listener));
    announce(listener);
    STEP(bind(other, &same.any, address_size(&same)));
    STEP(bind(listener, &same.any, address_size(&same)));
    STEP(connect(listener, &same.any, address_size(&same)));
    STEP(listen(null, 1));
    STEP(listen(1023, 1));
    STEP(accept(other, NULL, NULL));
    STEP(accept(null, NULL, NULL));
    STEP(accept(1023, NULL, NULL));
    STEP(recv(listener, &same, 1, 0));
    STEP(send(listener, &same, 1, MSG_NOSIGNAL));
    STEP(getpeername(listener, &same.any, &(socklen_t){sizeof same}));
    bring(1);
    int fd = (int)STEP(accept(listener, NULL, NULL));
    carried(fd);
    STEP(listen(fd, 1));
    STEP(accept(fd, NULL, NULL));
    dismiss();
}

SEMANTICS_CASE(kinds_errors, "listen-errors", SLIM, V4, server_errors, obedient_client);

/* On the loopback address nobody from elsewhere can come, with or without Slim. */
static void server_loopback(void) {
    int listener = new_socket(0);
    union address own = wildcard(0);
    own.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    STEP(bind(listener, &own.any, address_size(&own)));
    STEP(listen(listener, 8));
    announce(listener);
    hear("refused");
    int fd = new_socket(0);
    own.v4.sin_port = htons((uint16_t)port_of(listener));
    STEP(connect(fd, &own.any, address_size(&own)));
    carried(fd);
}

static void client_refused(void) {
    union address to = hear_listener();
    int fd = new_socket(0);
    STEP(connect(fd, &to.any, address_size(&to)));
    tell("refused");
}

SEMANTICS_CASE(kinds_loopback, "listen-on-loopback", OVERLAY, V4, server_loopback, client_refused);

/* An IPv6 listener that is for IPv6 only: IPv4 clients are refused. */
static void server_v6only(void) {
    int listener = new_socket(0), on = 1;
    union address any = wildcard(0);
    STEP(setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on));
    STEP(bind(listener, &any.any, address_size(&any)));
    STEP(listen(listener, 8));
    announce(listener);
    hear("refused");
}

SEMANTICS_CASE(kinds_v6only, "listen-v6only-refuses-v4", OVERLAY, MAPPED | DUAL, server_v6only, client_refused);

/* A group on one port: together they get every connection, once. */
#define MEMBERS 4
#define CLIENTS 40

static void server_group(void) {
    int members[MEMBERS], on = 1, accepted = 0;
    union address any = wildcard(0);
    for (int i = 0; i < MEMBERS; i++) {
        members[i] = new_socket(SOCK_NONBLOCK);
        MUST(setsockopt(members[i], SOL_SOCKET, SO_REUSEPORT, &on, sizeof on));
        MUST(bind(members[i], &any.any, address_size(&any)));
        MUST(listen(members[i], CLIENTS));
        any = wildcard(port_of(members[i]));
        wait_once(members[i]);
    }
    tell_number(port_of(members[0]));
    bring(CLIENTS);
    for (int i = 0, fd; i < MEMBERS; i++) {
        while ((fd = accept(members[i], NULL, NULL)) >= 0) {
            carried(fd);
            accepted++;
            close(fd);
        }
    }
    say("accepted: %d", accepted);
    dismiss();
}

SEMANTICS_CASE(kinds_group, "listen-reuseport-group", SLIM, V4, server_group, obedient_client);

/* Connections count only when they have brought data (tcp(7)). */
static void server_deferred(void) {
    int listener = bound_socket(SOCK_NONBLOCK), seconds = 5;
    STEP(setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds));
    STEP(listen(listener, 8));
    announce(listener);
    meet();
    show_poll(listener, POLLIN, 0);
    STEP(accept(listener, NULL, NULL));
    tell("speak");
    show_poll(listener, POLLIN, -1);
    int fd = (int)STEP(accept(listener, NULL, NULL));
    carried(fd);
    receive_text(fd);
}

static void client_deferred(void) {
    int fd = dial();
    hear("speak");
    send_text(fd, "data");
}

SEMANTICS_CASE(kinds_deferred, "listen-defer-accept", SLIM, V4, server_deferred, client_deferred);
