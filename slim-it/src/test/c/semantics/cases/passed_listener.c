/* A listener that goes to another process by SCM_RIGHTS (unix(7)). The receiver cannot know of a shadow. */
#include <poll.h>

#include "ready_clients.h"

static void send_descriptor(int channel, int fd) {
    char byte = 'x', control[CMSG_SPACE(sizeof fd)];
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    memset(control, 0, sizeof control);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    MUST(sendmsg(channel, &message, 0));
}

static int receive_descriptor(int channel) {
    char byte, control[CMSG_SPACE(sizeof(int))];
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    MUST(recvmsg(channel, &message, 0));
    int fd;
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    return fd;
}

static int channel[2];

static void accept_received(int unused) {
    (void)unused;
    close(channel[0]);
    int fd = receive_descriptor(channel[1]);
    show_flags(fd);
    int connection = (int)MUST(accept(fd, NULL, NULL));
    say("accepted by the receiver");
    close(connection);
}

static void server(void) {
    MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, channel));
    pid_t child = in_child(accept_received, 0);
    close(channel[1]);
    int listener = new_listener(0);
    announce(listener);
    bring(1);
    accept_first(listener);
    send_descriptor(channel[0], listener);
    until_blocked(child);
    settle();
    bring(1);
    wait_child(child);
    bring(1);
    int fd = (int)STEP(accept(listener, NULL, NULL));
    close(fd);
    show_flags(listener);
    dismiss();
}

static void client(void) {
    union address to = hear_listener();
    for (long count = hear_number(); count > 0; count = hear_number()) {
        MUST(connect(new_socket(0), &to.any, address_size(&to)));
        tell("connected");
    }
}

SEMANTICS_CASE(passed_listener, "listener-passed", SLIM, V4, server, client);

/* The sender closes its own at once, as an acceptor that hands listeners out does. */
static void server_gives_away(void) {
    MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, channel));
    pid_t child = in_child(accept_received, 0);
    close(channel[1]);
    int listener = new_listener(0);
    announce(listener);
    send_descriptor(channel[0], listener);
    close(listener);
    until_blocked(child);
    settle();
    bring(1);
    wait_child(child);
    dismiss();
}

SEMANTICS_CASE(passed_away, "listener-given-away", EITHER, V4, server_gives_away, client);

/* The receiver calls listen() on it, as the heir of a hot restart does, and goes on where the sender ends; it gets a shadow of its own. */
static void listen_to_received(int unused) {
    (void)unused;
    close(channel[0]);
    int fd = receive_descriptor(channel[1]);
    show_flags(fd);
    STEP(listen(fd, 8));
    struct pollfd waited = {.fd = fd, .events = POLLIN};
    MUST(poll(&waited, 1, -1));
    say("something comes to the receiver");
    accept_first(fd);
    STEP(accept(fd, NULL, NULL));
}

static void server_succeeded(void) {
    MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, channel));
    pid_t child = in_child(listen_to_received, 0);
    close(channel[1]);
    int listener = new_listener(SOCK_NONBLOCK);
    announce(listener);
    bring(1);
    accept_first(listener);
    send_descriptor(channel[0], listener);
    until_blocked(child);
    close(listener);
    settle();
    bring(1);
    wait_child(child);
    dismiss();
}

SEMANTICS_CASE(passed_on, "listener-passed-to-successor", SLIM, V4, server_succeeded, obedient_client);

/* A connection that is handed over after accept. Its names stay the overlay's in the receiver. */
static void use_received(int unused) {
    (void)unused;
    close(channel[0]);
    int fd = receive_descriptor(channel[1]);
    exchange(fd);
}

static void server_connection(void) {
    MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, channel));
    pid_t child = in_child(use_received, 0);
    close(channel[1]);
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    send_descriptor(channel[0], fd);
    close(fd);
    wait_child(child);
}

static void client_connection(void) {
    int fd = dial();
    exchange(fd);
    receive_end(fd);
}

SEMANTICS_CASE(passed_connection, "connection-passed", SLIM, V4, server_connection, client_connection);
