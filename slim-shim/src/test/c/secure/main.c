/*
 * secure-test LIBSLIM              runs each scenario in a child with the shim
 * secure-test LIBSLIM NAME         one of them
 * secure-test child NAME PORT      what the child does
 */
#define _GNU_SOURCE
#include "double.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROOM 80
#define LIMIT_SECONDS 60
#define LATE_NS 200000

struct seen happened;
pid_t child;
int child_pidfd;

static char socket_path[108];
static int server, orders, notifications;

static void broken(const char *what) {
    fprintf(stderr, "secure-test: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int open_server(int *port) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    inet_pton(AF_INET, SERVER_ADDRESS, &address.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, 4096) != 0) broken(SERVER_ADDRESS);
    getsockname(fd, (struct sockaddr *)&address, &length);
    *port = ntohs(address.sin_port);
    return fd;
}

static int caller; /* stays open */

static void call_shadow(void) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(happened.shadow_port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) broken("connect to the shadow");
    caller = fd;
}

static void carry_out(enum order order) {
    switch (order) {
        case FORGET:
            kernel_knowledge = NOTHING;
            break;
        case OVERLAY_SAID:
            kernel_knowledge = OVERLAY_ENTRY;
            break;
        case TURN:
            kernel_knowledge = OVERLAY_TURN;
            break;
        case REFUSE:
        case ALLOW:
            router_refuses = order == REFUSE;
            break;
        case GO_AWAY:
            router_stop();
            break;
        case COME_BACK:
        case COME_BACK_NON_SECURE:
            router_secure = order == COME_BACK;
            router_start(socket_path);
            break;
        case CALL_SHADOW:
            call_shadow();
            break;
        case LATE:
            router_is_late = true;
            break;
        case DRY:
            router_is_dry = true;
            break;
        case OLD_KERNEL:
            kernel_is_old = true;
            break;
        default:
            break;
    }
}

static void on_order(void) {
    uint8_t order;
    if (recv(orders, &order, 1, 0) != 1) return;
    carry_out((enum order)order);
    if (send(orders, &happened, sizeof happened, MSG_NOSIGNAL) != sizeof happened) broken("answer to an order");
}

/* An echo server that ends a connection when its client does. */
static void on_client(int fd) {
    char text[256];
    ssize_t got = recv(fd, text, sizeof text, 0);
    if (got > 0 && send(fd, text, (size_t)got, MSG_NOSIGNAL) == got) return;
    close(fd);
}

static void watch(struct pollfd *watched, int *count, const int *fds, int more) {
    for (int i = 0; i < more; i++) watched[(*count)++] = (struct pollfd){.fd = fds[i], .events = POLLIN};
}

static int clients[4096], client_count;

static void serve_once(void) {
    static struct pollfd watched[4096 + ROOM + 8];
    int count = 0, fds[ROOM], routers = router_descriptors(fds, ROOM);
    const int own[] = {notifications, orders, server};
    watch(watched, &count, own, 3);
    watch(watched, &count, fds, routers);
    watch(watched, &count, clients, client_count);
    struct timespec patience = {0, router_is_late ? LATE_NS : 20000000};
    if (ppoll(watched, (nfds_t)count, &patience, NULL) <= 0) {
        if (router_is_late) router_rests();
        return;
    }
    if (watched[0].revents & POLLIN) kernel_event(notifications);
    if (watched[1].revents & POLLIN) on_order();
    if (watched[2].revents & POLLIN) {
        int fd = accept4(server, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) clients[client_count++] = fd;
    }
    for (int i = 3; i < 3 + routers; i++) {
        if (watched[i].revents) router_event(watched[i].fd);
    }
    for (int i = 3 + routers; i < count; i++) {
        if (watched[i].revents) on_client(watched[i].fd);
    }
    int kept = 0;
    for (int i = 0; i < client_count; i++) {
        if (fcntl(clients[i], F_GETFD) >= 0) clients[kept++] = clients[i];
    }
    client_count = kept;
}

static void send_fd(int to, int fd) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    char byte = fd >= 0;
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    if (fd >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        memset(&control, 0, sizeof control);
        control.header = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd)};
        memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
    }
    sendmsg(to, &message, 0);
}

static int receive_fd(int from) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    char byte;
    int fd = -1;
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&message)) memcpy(&fd, CMSG_DATA(&control.header), sizeof fd);
    return fd;
}

static void become_child(const char *self, const char *library, const char *name, int port, int link) {
    char port_text[8], preload[4096], path[200];
    int fd = kernel_install();
    send_fd(link, fd);
    if (fd < 0) _exit(0);
    close(fd);
    dup2(link, ORDERS_FD);
    snprintf(port_text, sizeof port_text, "%d", port);
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", library);
    snprintf(path, sizeof path, "SLIM_SOCKET=%s", socket_path);
    const char *log = getenv("SECURE_TEST_LOG");
    char log_entry[300];
    snprintf(log_entry, sizeof log_entry, "SLIM_LOG=%s", log ? log : "");
    char *environment[] = {preload, path, "SLIM_PREFIX=" OVERLAY_PREFIX, "SLIM_WAIT_MS=5000", log_entry,
                           /* For a library that is instrumented (make lanes). */
                           "ASAN_OPTIONS=detect_leaks=0", "TSAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_abort=0",
                           NULL};
    execle(self, self, "child", name, port_text, NULL, environment);
    _exit(127);
}

static int run(const char *self, const char *library, const char *name) {
    int port, link[2], status;
    server = open_server(&port);
    router_start(socket_path);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, link) != 0) broken("socketpair");
    child = fork();
    if (child == 0) become_child(self, library, name, port, link[1]);
    close(link[1]);
    orders = link[0];
    notifications = receive_fd(orders);
    if (notifications < 0) {
        puts("secure mode not tested: seccomp's user notification is not to be had here");
        return 0;
    }
    child_pidfd = (int)syscall(SYS_pidfd_open, child, 0);
    alarm(LIMIT_SECONDS);
    while (waitpid(child, &status, WNOHANG) == 0) serve_once();
    unlink(socket_path);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    fprintf(stderr, "scenario %s has failed (status %#x)\n", name, status);
    return 1;
}

/* Each in a process of its own: nothing is left of the last one. */
static int run_apart(const char *self, const char *library, const char *name) {
    int status;
    pid_t one = fork();
    if (one == 0) exit(run(self, library, name));
    waitpid(one, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int count, char **arguments) {
    int failed = 0;
    if (count == 4 && strcmp(arguments[1], "child") == 0) return run_scenario(arguments[2], atoi(arguments[3]));
    if (count < 2) return 2;
    snprintf(socket_path, sizeof socket_path, "/tmp/slim-secure-test.%d", getpid());
    signal(SIGPIPE, SIG_IGN);
    if (count == 3) return run(arguments[0], arguments[1], arguments[2]);
    for (int i = 0; scenario_name(i); i++) failed += run_apart(arguments[0], arguments[1], scenario_name(i)) != 0;
    if (!failed) puts("shim tests of secure mode passed");
    return failed != 0;
}
