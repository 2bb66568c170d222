#include "semantics.h"

#include <dirent.h>

#define EVENTS 16
#define BUFFER 256

static void show_name(const char *call, int result, const union address *address, socklen_t length) {
    if (result != 0) {
        say("%s = %d %s", call, result, error_name(errno));
    } else {
        say("%s: %s", call, address_text(address, length));
    }
}

void show_names(int fd) {
    union address address;
    socklen_t length = sizeof address;
    memset(&address, 0, sizeof address);
    show_name("getsockname", getsockname(fd, &address.any, &length), &address, length);
    length = sizeof address;
    memset(&address, 0, sizeof address);
    show_name("getpeername", getpeername(fd, &address.any, &length), &address, length);
}

void show_int(int fd, const char *text, int level, int name) {
    int value = 0;
    socklen_t length = sizeof value;
    if (getsockopt(fd, level, name, &value, &length) != 0) {
        say("%s: %s", text, error_name(errno));
    } else if (name == SO_ERROR && level == SOL_SOCKET) {
        say("%s: %s", text, value ? error_name(value) : "0");
    } else {
        say("%s: %d", text, value);
    }
}

void show_flags(int fd) {
    int status = (int)MUST(fcntl(fd, F_GETFL)), descriptor = (int)MUST(fcntl(fd, F_GETFD));
    say("flags:%s%s%s", status & O_NONBLOCK ? " NONBLOCK" : "", status & O_ASYNC ? " ASYNC" : "",
        descriptor & FD_CLOEXEC ? " CLOEXEC" : "");
}

void show_poll(int fd, short events, int timeout_ms) {
    struct pollfd entry = {.fd = fd, .events = events};
    int ready = poll(&entry, 1, timeout_ms);
    say("poll for %s = %d, %s", poll_names(events), ready, ready < 0 ? error_name(errno) : poll_names(entry.revents));
}

void show_epoll(int epfd, int room, int timeout_ms) {
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(epfd, events, room < EVENTS ? room : EVENTS, timeout_ms);
    if (ready <= 0) say("epoll_wait = %d%s%s", ready, ready ? " " : "", ready ? error_name(errno) : "");
    for (int i = 0; i < ready; i++) {
        say("epoll_wait %d of %d: %s data %llx", i + 1, ready, epoll_names(events[i].events), (unsigned long long)events[i].data.u64);
    }
}

void send_text(int fd, const char *text) { say("send \"%s\" = %zd", text, send(fd, text, strlen(text), MSG_NOSIGNAL)); }

static void show_received(ssize_t size, const char *data) {
    if (size < 0) {
        say("recv = %zd %s", size, error_name(errno));
    } else {
        say("recv = %zd \"%.*s\"", size, (int)size, data);
    }
}

void receive_text(int fd) {
    char data[BUFFER];
    show_received(recv(fd, data, sizeof data, 0), data);
}

void receive_end(int fd) {
    char data[BUFFER];
    ssize_t size;
    do {
        size = recv(fd, data, sizeof data, 0);
        show_received(size, data);
    } while (size > 0);
}

void exchange(int fd) {
    bool client = strcmp(scene.role, "client") == 0;
    if (client) send_text(fd, "ping");
    receive_text(fd);
    if (!client) send_text(fd, "pong");
}

int count_descriptors(void) {
    DIR *directory = opendir("/proc/self/fd");
    int count = 0;
    if (!directory) broken("/proc/self/fd: %s", error_name(errno));
    while (readdir(directory)) count++;
    closedir(directory);
    return count;
}
