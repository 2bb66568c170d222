/* The same calls by other names: what a libc has more than one of, and what is called by number. */
#include "ready_clients.h"

/* _Fork(3): fork for signal handlers, without the handlers of pthread_atfork. */
static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    exchange(fd);
    receive_end(fd);
}

static void speak_in_child(pid_t (*new_process)(void)) {
    int fd = new_socket(0), go[2];
    MUST(pipe(go));
    pid_t child = (pid_t)MUST(new_process());
    if (child == 0) {
        char byte;
        MUST(read(go[0], &byte, 1));
        exchange(fd);
        _exit(0);
    }
    union address to = hear_listener();
    STEP(connect(fd, &to.any, address_size(&to)));
    introduce(fd);
    carried(fd);
    MUST(write(go[1], "x", 1));
    wait_child(child);
}

static pid_t clone_by_number(void) { return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }

static void client_fork(void) { speak_in_child(_Fork); }
static void client_clone(void) { speak_in_child(clone_by_number); }

SEMANTICS_CASE(shared_raw_fork, "connect-forked-by-_Fork", OVERLAY, V4, server, client_fork);
SEMANTICS_CASE(shared_raw_clone, "connect-forked-by-clone", OVERLAY, V4, server, client_clone);

/* Descriptors in the second of several messages. */
static int channel[2];

static void send_second(int fd) {
    char bytes[] = "xy", control[CMSG_SPACE(sizeof fd)] = {0};
    struct iovec data[] = {{bytes, 1}, {bytes + 1, 1}};
    struct mmsghdr messages[] = {
        {.msg_hdr = {.msg_iov = &data[0], .msg_iovlen = 1}},
        {.msg_hdr = {.msg_iov = &data[1], .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control}}};
    struct cmsghdr *header = CMSG_FIRSTHDR(&messages[1].msg_hdr);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    if (MUST(sendmmsg(channel[0], messages, 2, 0)) != 2) broken("only one message was sent");
}

static void accept_received(int unused) {
    char byte, control[CMSG_SPACE(sizeof(int))];
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    int fd;
    (void)unused;
    close(channel[0]);
    MUST(recv(channel[1], &byte, 1, 0));
    MUST(recvmsg(channel[1], &message, 0));
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    show_flags(fd);
    MUST(accept(fd, NULL, NULL));
    say("accepted by the receiver");
}

static void server_passes(void) {
    MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, channel));
    pid_t child = in_child(accept_received, 0);
    close(channel[1]);
    int listener = new_listener(0);
    announce(listener);
    bring(1);
    accept_first(listener);
    send_second(listener);
    until_blocked(child);
    settle();
    tell_number(1);
    hear("connected");
    wait_child(child);
    show_flags(listener);
    dismiss();
}

static void client_either(void) {
    union address to = hear_listener();
    for (long count = hear_number(); count > 0; count = hear_number()) {
        MUST(connect(new_socket(0), &to.any, address_size(&to)));
        tell("connected");
    }
}

SEMANTICS_CASE(passed_by_sendmmsg, "listener-passed-by-sendmmsg", SLIM, V4, server_passes, client_either);

/* Waiting by number; both kinds there are on every architecture. */
static void server_waits(void) {
    int listener = new_listener(SOCK_NONBLOCK);
    announce(listener);
    struct pollfd entry = {.fd = listener, .events = POLLIN};
    STEP(syscall(SYS_ppoll, &entry, 1, &(struct timespec){0, 0}, NULL, 0));
    bring(1);
    STEP(syscall(SYS_ppoll, &entry, 1, NULL, NULL, 0));
    say("%s", poll_names(entry.revents));
    accept_first(listener);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(listener, &set);
    bring(1);
    STEP(syscall(SYS_pselect6, listener + 1, &set, NULL, NULL, NULL, NULL));
    say("readable: %d", FD_ISSET(listener, &set));
    accept_first(listener);
    dismiss();
}

SEMANTICS_CASE(wait_by_number, "poll-listener-by-number", SLIM, BOTH_FAMILIES, server_waits, obedient_client);
