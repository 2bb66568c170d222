/* Listeners that end while somebody waits for them. */
#include "ready_clients.h"

static int listener;

struct accepted {
    struct worker worker;
    int result;
    int error;
};

static void accept_quietly(void *argument) {
    struct accepted *accepted = argument;
    accepted->result = accept(listener, NULL, NULL);
    accepted->error = errno;
}

static void start_accept(struct accepted *accepted) { start_blocked(&accepted->worker, accept_quietly, accepted); }

static void finish_accept(struct accepted *accepted) {
    finish(&accepted->worker);
    show_accepted(accepted->result, accepted->error);
}

static void accept_it(void) { STEP(accept(listener, NULL, NULL)); }

static void listen_again(void) {
    tell("ended");
    hear("refused");
    STEP(listen(listener, 8));
    wait_once(listener);
    tell("listens");
}

static void listen_on(int port) {
    union address any = wildcard(port);
    listener = new_socket(0);
    MUST(bind(listener, &any.any, address_size(&any)));
    MUST(listen(listener, 8));
    name_port(port_of(listener), "listener");
    announce(listener);
}

static void server_shutdown(void) {
    struct accepted accepts[3];
    listen_on(port_below_ephemeral());
    for (int i = 0; i < 3; i++) start_accept(&accepts[i]);
    STEP(shutdown(listener, SHUT_RDWR));
    for (int i = 0; i < 3; i++) finish_accept(&accepts[i]);
    accept_it();
    show_poll(listener, POLLIN | POLLOUT, 0);
    SHOW_INT(listener, SOL_SOCKET, SO_ACCEPTCONN);
    listen_again();
    int fd = accept_one(listener);
    show_names(fd);
}

static void server_shutdown_read(void) {
    struct accepted accepted;
    listen_on(port_below_ephemeral());
    start_accept(&accepted);
    STEP(shutdown(listener, SHUT_WR));
    STEP(shutdown(listener, SHUT_RD));
    finish_accept(&accepted);
    listen_again();
    accept_one(listener);
}

static void client_shutdown(void) {
    union address to = hear_listener();
    hear("ended");
    int fd = new_socket(0);
    STEP(connect(fd, &to.any, address_size(&to)));
    tell("refused");
    hear("listens");
    fd = dial_to(&to);
    show_names(fd);
}

SEMANTICS_CASE(listener_shutdown, "listener-shutdown", EITHER, BOTH_FAMILIES, server_shutdown, client_shutdown);
SEMANTICS_CASE(listener_shutdown_read, "listener-shutdown-read", EITHER, V4, server_shutdown_read, client_shutdown);

/* A port of the kernel's choice is lost by shutdown(); the next listen() gets another one. */
static void server_shutdown_port_zero(void) {
    listen_on(0);
    int port = port_of(listener);
    STEP(shutdown(listener, SHUT_RDWR));
    listen_again();
    say("the port is the old one: %s", port_of(listener) == port ? "yes" : "no");
    hear("refused again");
    tell_number(port_of(listener));
    accept_one(listener);
}

static void client_shutdown_port_zero(void) {
    union address to = hear_listener();
    hear("ended");
    int fd = new_socket(0);
    STEP(connect(fd, &to.any, address_size(&to)));
    tell("refused");
    hear("listens");
    close(fd);
    fd = new_socket(0);
    STEP(connect(fd, &to.any, address_size(&to)));
    tell("refused again");
    to = hear_listener();
    dial_to(&to);
}

SEMANTICS_CASE(shutdown_port_zero, "listener-shutdown-port-zero", EITHER, V4, server_shutdown_port_zero, client_shutdown_port_zero);

/* Readiness of a listener that another thread shuts down (Node, uvloop, Java NIO wait so). */
static void poll_it(void *argument) {
    (void)argument;
    show_poll(listener, POLLIN, -1);
}

static void epoll_it(void *argument) { show_epoll(*(int *)argument, 4, -1); }

static void server_shutdown_poll(void) {
    struct worker worker;
    int epfd = (int)MUST(epoll_create1(0));
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 5};
    listener = new_listener(SOCK_NONBLOCK);
    announce(listener);
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    start_blocked(&worker, poll_it, NULL);
    bring(1);
    finish(&worker);
    accept_all(listener);
    start_blocked(&worker, epoll_it, &epfd);
    bring(1);
    finish(&worker);
    accept_all(listener);
    STEP(shutdown(listener, SHUT_RDWR));
    show_poll(listener, POLLIN, 0);
    show_epoll(epfd, 1, 0);
    dismiss();
}

SEMANTICS_CASE(listener_shutdown_poll, "listener-shutdown-polled", SLIM, V4, server_shutdown_poll, obedient_client);

/* close(2): a blocked accept goes on; the listener lives until it returns. */
static void server_close(void) {
    struct accepted accepted;
    listener = new_listener(0);
    announce(listener);
    start_accept(&accepted);
    STEP(close(listener));
    bring(1);
    finish_accept(&accepted);
    dismiss();
}

SEMANTICS_CASE(listener_close, "listener-close-while-blocked", EITHER, V4, server_close, obedient_client);

/* As the JVM closes: the marker takes the number, then the blocked threads get a signal. */
static void server_marker(void) {
    struct accepted accepts[3];
    int marker[2];
    MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, marker));
    shutdown(marker[0], SHUT_RDWR);
    on_signal(SIGUSR1, 0);
    listener = new_listener(0);
    announce(listener);
    bring(1);
    accept_it();
    for (int i = 0; i < 3; i++) start_accept(&accepts[i]);
    STEP(dup2(marker[0], listener));
    for (int i = 0; i < 3; i++) pthread_kill(accepts[i].worker.thread, SIGUSR1);
    for (int i = 0; i < 3; i++) finish_accept(&accepts[i]);
    accept_it();
    STEP(close(listener));
    listener = new_listener(0);
    dismiss();
}

SEMANTICS_CASE(listener_marker, "listener-dup2-over", SLIM, BOTH_FAMILIES, server_marker, obedient_client);

/* Connections that nobody has accepted are reset. */
static void server_pending(void) {
    listener = new_listener(0);
    announce(listener);
    hear("connected");
    STEP(close(listener));
    tell("closed");
    hear("done");
}

static void client_pending(void) {
    union address to = hear_listener();
    int fd = new_socket(0);
    MUST(connect(fd, &to.any, address_size(&to)));
    carried(fd);
    tell("connected");
    hear("closed");
    show_poll(fd, POLLIN | POLLOUT | POLLRDHUP, 0);
    receive_end(fd);
    tell("done");
}

SEMANTICS_CASE(listener_pending, "listener-close-with-pending", SLIM, V4, server_pending, client_pending);

/* AF_UNSPEC ends a listener too (tcp_disconnect). */
static void server_unspec(void) {
    static const struct sockaddr unspecified = {.sa_family = AF_UNSPEC};
    listener = new_listener(SOCK_NONBLOCK);
    announce(listener);
    STEP(connect(listener, &unspecified, sizeof unspecified));
    STEP(accept(listener, NULL, NULL));
    SHOW_INT(listener, SOL_SOCKET, SO_ACCEPTCONN);
    tell("ended");
    hear("refused");
}

static void client_unspec(void) {
    union address to = hear_listener();
    hear("ended");
    int fd = new_socket(0);
    STEP(connect(fd, &to.any, address_size(&to)));
    tell("refused");
}

SEMANTICS_CASE(listener_unspec, "listener-unspec", OVERLAY, V4, server_unspec, client_unspec);
