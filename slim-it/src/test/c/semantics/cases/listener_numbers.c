/* Listeners under more than one number. */
#include "ready_clients.h"

static void server_dup(void) {
    int listener = new_listener(0);
    announce(listener);
    int second = (int)STEP(dup(listener)), third = (int)STEP(fcntl(listener, F_DUPFD, 20)),
        fourth = (int)STEP(fcntl(listener, F_DUPFD_CLOEXEC, 20));
    show_flags(second);
    show_flags(fourth);
    bring(4);
    accept_first(second);
    accept_first(third);
    accept_first(fourth);
    accept_first(listener);
    STEP(close(listener));
    STEP(close(third));
    STEP(close(fourth));
    STEP(accept(listener, NULL, NULL));
    show_names(second);
    bring(1);
    accept_first(second);
    STEP(close(second));
    dismiss();
}

SEMANTICS_CASE(numbers_dup, "listener-dup", SLIM, BOTH_FAMILIES, server_dup, obedient_client);

/* As programs put a listener where their configuration says: dup2 to a number, and the old one closed. */
static void server_dup2(void) {
    int listener = new_listener(0);
    announce(listener);
    STEP(dup2(listener, 30));
    STEP(dup2(listener, listener));
    STEP(close(listener));
    bring(1);
    accept_first(30);
    STEP(dup3(30, 31, O_CLOEXEC));
    STEP(dup3(30, 30, 0));
    show_flags(31);
    STEP(close(30));
    bring(1);
    accept_first(31);
    STEP(dup2(31, 30));
    STEP(dup2(30, 31));
    bring(1);
    accept_first(31);
    STEP(dup2(40, 31));
    STEP(dup2(STDIN_FILENO, 31));
    STEP(accept(31, NULL, NULL));
    bring(1);
    accept_first(30);
    dismiss();
}

SEMANTICS_CASE(numbers_dup2, "listener-dup2", SLIM, V4, server_dup2, obedient_client);

/* One listener takes the number of another: both had a shadow. */
static void server_onto(void) {
    int one = new_listener(0), two = new_listener(0);
    STEP(dup2(two, one));
    STEP(close(two));
    announce(one);
    bring(1);
    accept_first(one);
    dismiss();
}

SEMANTICS_CASE(numbers_onto, "listener-dup2-over-listener", SLIM, V4, server_onto, obedient_client);

/* Closed by number, as libuv does; the number then means something else. */
static void server_syscall(void) {
    int listener = new_listener(SOCK_NONBLOCK);
    announce(listener);
    bring(1);
    int fd = (int)STEP(syscall(SYS_accept4, listener, NULL, NULL, SOCK_CLOEXEC));
    carried(fd);
    show_flags(fd);
    show_names(fd);
    STEP(syscall(SYS_close, fd));
    STEP(syscall(SYS_close, listener));
    STEP(syscall(SYS_close, listener));
    STEP(open("/dev/null", O_RDWR));
    show_names(listener);
    STEP(accept(listener, NULL, NULL));
    STEP(close(listener));
    tell("closed");
}

static void client_syscall(void) {
    union address to = hear_listener();
    hear_number();
    int fd = (int)STEP(syscall(SYS_socket, to.any.sa_family, SOCK_STREAM, 0));
    STEP(syscall(SYS_connect, fd, &to, address_size(&to)));
    name_port(port_of(fd), "client");
    carried(fd);
    show_names(fd);
    STEP(syscall(SYS_close, fd));
    tell("connected");
    hear("closed");
    STEP(syscall(SYS_socket, to.any.sa_family, SOCK_STREAM, 0));
    STEP(syscall(SYS_connect, fd, &to, address_size(&to)));
    show_names(fd);
}

SEMANTICS_CASE(numbers_syscall, "by-syscall", SLIM, BOTH_FAMILIES, server_syscall, client_syscall);

/* Closed and opened again: the next listener gets the same number and often the same port. */
static void server_reopened(void) {
    int port = port_below_ephemeral(), on = 1, listener = -1;
    for (int i = 0; i < 3; i++) {
        union address any = wildcard(port);
        listener = (int)STEP(new_socket(0));
        STEP(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
        STEP(bind(listener, &any.any, address_size(&any)));
        STEP(listen(listener, 8));
        announce(listener);
        bring(1);
        accept_first(listener);
        dismiss();
        STEP(close(listener));
    }
}

static void client_reopened(void) {
    for (int i = 0; i < 3; i++) obedient_client();
}

SEMANTICS_CASE(numbers_reopened, "listener-reopened", EITHER, V4, server_reopened, client_reopened);
