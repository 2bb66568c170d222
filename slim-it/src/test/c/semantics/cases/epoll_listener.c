/* Listeners in epolls: every kind of registration, and each connection reported once. */
#include "ready_clients.h"

static struct epoll_event event_of(unsigned events) { return (struct epoll_event){.events = events, .data.u64 = 0xfeedbeef12345678}; }

static void server_level(void) {
    int listener = new_listener(SOCK_NONBLOCK), epfd = (int)MUST(epoll_create1(0));
    struct epoll_event event = event_of(EPOLLIN);
    STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, listener, &event));
    STEP(epoll_ctl(epfd, EPOLL_CTL_DEL, listener, &event));
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    tell_number(port_of(listener));
    show_epoll(epfd, 4, 0);
    bring(2);
    show_epoll(epfd, 4, -1);
    show_epoll(epfd, 4, 0);
    accept_first(listener);
    show_epoll(epfd, 4, 0);
    accept_all(listener);
    show_epoll(epfd, 4, 0);
    event.data.u64 = 2;
    STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, listener, &event));
    bring(1);
    show_epoll(epfd, 4, -1);
    STEP(epoll_ctl(epfd, EPOLL_CTL_DEL, listener, NULL));
    show_epoll(epfd, 4, 0);
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    show_epoll(epfd, 4, 0);
    accept_all(listener);
    STEP(close(listener));
    show_epoll(epfd, 4, 0);
    dismiss();
}

SEMANTICS_CASE(epoll_listener_level, "epoll-listener-level", SLIM, BOTH_FAMILIES, server_level, obedient_client);

static void server_edge(void) {
    int listener = new_listener(SOCK_NONBLOCK), epfd = (int)MUST(epoll_create1(0));
    struct epoll_event event = event_of(EPOLLIN | EPOLLET);
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    tell_number(port_of(listener));
    bring(2);
    show_epoll(epfd, 4, -1);
    show_epoll(epfd, 4, 0);
    accept_first(listener);
    show_epoll(epfd, 4, 0);
    accept_all(listener);
    bring(1);
    show_epoll(epfd, 4, -1);
    show_epoll(epfd, 4, 0);
    accept_all(listener);
    bring(1);
    show_epoll(epfd, 4, -1);
    STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, listener, &event));
    show_epoll(epfd, 4, 0);
    show_epoll(epfd, 4, 0);
    accept_all(listener);
    dismiss();
}

SEMANTICS_CASE(epoll_listener_edge, "epoll-listener-edge", SLIM, V4, server_edge, obedient_client);

static void server_oneshot(void) {
    int listener = new_listener(SOCK_NONBLOCK), epfd = (int)MUST(epoll_create1(0));
    struct epoll_event event = event_of(EPOLLIN | EPOLLONESHOT);
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    tell_number(port_of(listener));
    bring(2);
    show_epoll(epfd, 4, -1);
    show_epoll(epfd, 4, 0);
    accept_first(listener);
    show_epoll(epfd, 4, 0);
    STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, listener, &event));
    show_epoll(epfd, 4, 0);
    accept_all(listener);
    show_epoll(epfd, 4, 0);
    STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, listener, &event));
    show_epoll(epfd, 4, 0);
    bring(1);
    show_epoll(epfd, 4, -1);
    accept_all(listener);
    STEP(epoll_ctl(epfd, EPOLL_CTL_DEL, listener, NULL));
    STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, listener, &event));
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    bring(1);
    show_epoll(epfd, 4, -1);
    accept_all(listener);
    STEP(close(listener));
    show_epoll(epfd, 4, 0);
    dismiss();
}

SEMANTICS_CASE(epoll_listener_oneshot, "epoll-listener-oneshot", SLIM, V4, server_oneshot, obedient_client);

/* From one kind to another and back. */
static void server_changes(void) {
    int listener = new_listener(SOCK_NONBLOCK), epfd = (int)MUST(epoll_create1(0));
    struct epoll_event level = event_of(EPOLLIN), oneshot = event_of(EPOLLIN | EPOLLONESHOT), none = event_of(0);
    struct epoll_event edge_oneshot = event_of(EPOLLIN | EPOLLET | EPOLLONESHOT);
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &level));
    STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, listener, &oneshot));
    tell_number(port_of(listener));
    bring(2);
    show_epoll(epfd, 4, -1);
    show_epoll(epfd, 4, 0);
    STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, listener, &level));
    show_epoll(epfd, 4, 0);
    show_epoll(epfd, 4, 0);
    STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, listener, &none));
    show_epoll(epfd, 4, 0);
    STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, listener, &edge_oneshot));
    show_epoll(epfd, 4, 0);
    show_epoll(epfd, 4, 0);
    accept_all(listener);
    STEP(epoll_ctl(epfd, EPOLL_CTL_DEL, listener, NULL));
    dismiss();
}

SEMANTICS_CASE(epoll_listener_changes, "epoll-listener-changes", SLIM, V4, server_changes, obedient_client);

static void server_exclusive(void) {
    int listener = new_listener(SOCK_NONBLOCK), epfd = (int)MUST(epoll_create1(0));
    struct epoll_event event = event_of(EPOLLIN | EPOLLEXCLUSIVE), oneshot = event_of(EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT);
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &oneshot));
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, listener, &event));
    tell_number(port_of(listener));
    bring(2);
    show_epoll(epfd, 4, -1);
    show_epoll(epfd, 4, 0);
    accept_all(listener);
    show_epoll(epfd, 4, 0);
    STEP(epoll_ctl(epfd, EPOLL_CTL_DEL, listener, NULL));
    event.events |= EPOLLET;
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    bring(1);
    show_epoll(epfd, 4, -1);
    show_epoll(epfd, 4, 0);
    accept_all(listener);
    dismiss();
}

SEMANTICS_CASE(epoll_listener_exclusive, "epoll-listener-exclusive", SLIM, V4, server_exclusive, obedient_client);

/* Registered while it is not a listener yet (libevent, libuv, Node). */
static void registered_before(unsigned kind) {
    int listener = bound_socket(SOCK_NONBLOCK), epfd = (int)MUST(epoll_create1(0));
    struct epoll_event event = event_of(EPOLLIN | kind);
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    if (!(kind & EPOLLONESHOT)) show_epoll(epfd, 4, 0);
    STEP(listen(listener, 8));
    show_epoll(epfd, 4, 0);
    tell_number(port_of(listener));
    bring(2);
    show_epoll(epfd, 4, -1);
    accept_all(listener);
    show_epoll(epfd, 4, 0);
    if (kind & EPOLLONESHOT) STEP(epoll_ctl(epfd, EPOLL_CTL_MOD, listener, &event));
    bring(1);
    show_epoll(epfd, 4, -1);
    accept_all(listener);
    STEP(epoll_ctl(epfd, EPOLL_CTL_DEL, listener, NULL));
    dismiss();
}

static void server_before_level(void) { registered_before(0); }
static void server_before_edge(void) { registered_before(EPOLLET); }
static void server_before_oneshot(void) { registered_before(EPOLLONESHOT); }
static void server_before_exclusive(void) { registered_before(EPOLLEXCLUSIVE); }

SEMANTICS_CASE(epoll_before_level, "epoll-before-listen-level", SLIM, V4, server_before_level, obedient_client);
SEMANTICS_CASE(epoll_before_edge, "epoll-before-listen-edge", SLIM, V4, server_before_edge, obedient_client);
SEMANTICS_CASE(epoll_before_oneshot, "epoll-before-listen-oneshot", SLIM, V4, server_before_oneshot, obedient_client);
SEMANTICS_CASE(epoll_before_exclusive, "epoll-before-listen-exclusive", SLIM, V4, server_before_exclusive, obedient_client);

/* The same listener under two numbers in one epoll, and in two epolls, one of which is closed. */
static void server_numbers(void) {
    int listener = new_listener(SOCK_NONBLOCK), epfd = (int)MUST(epoll_create1(0)), other = (int)STEP(dup(listener));
    struct epoll_event event = event_of(EPOLLIN);
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    event.data.u64 = 2;
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, other, &event));
    tell_number(port_of(listener));
    bring(1);
    show_epoll(epfd, 4, -1);
    STEP(epoll_ctl(epfd, EPOLL_CTL_DEL, listener, NULL));
    show_epoll(epfd, 4, -1);
    accept_all(listener);
    bring(1);
    show_epoll(epfd, 4, -1);
    dismiss();
}

SEMANTICS_CASE(epoll_listener_numbers, "epoll-listener-two-numbers", SLIM, V4, server_numbers, obedient_client);

static void server_epolls(void) {
    int listener = new_listener(SOCK_NONBLOCK), one = (int)MUST(epoll_create1(0)), two = (int)MUST(epoll_create1(0));
    struct epoll_event event = event_of(EPOLLIN);
    STEP(epoll_ctl(one, EPOLL_CTL_ADD, listener, &event));
    event.data.u64 = 2;
    STEP(epoll_ctl(two, EPOLL_CTL_ADD, listener, &event));
    tell_number(port_of(listener));
    bring(1);
    show_epoll(one, 4, -1);
    show_epoll(two, 4, -1);
    STEP(close(two));
    accept_all(listener);
    bring(1);
    show_epoll(one, 4, -1);
    accept_all(listener);
    two = (int)STEP(epoll_create1(0));
    STEP(epoll_ctl(two, EPOLL_CTL_ADD, listener, &event));
    bring(1);
    show_epoll(one, 4, -1);
    show_epoll(two, 4, -1);
    STEP(close(listener));
    show_epoll(one, 4, 0);
    show_epoll(two, 4, 0);
    dismiss();
}

SEMANTICS_CASE(epoll_listener_epolls, "epoll-listener-two-epolls", SLIM, V4, server_epolls, obedient_client);
