/* SO_REUSEPORT: several listeners on one port (socket(7)). Who gets a connection is the kernel's choice; none is lost when the group
 * changes. */
#include "ready_clients.h"

#define FEW 10

static int member(int port) {
    int fd = new_socket(SOCK_NONBLOCK), on = 1;
    union address any = wildcard(port);
    MUST(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on));
    MUST(bind(fd, &any.any, address_size(&any)));
    MUST(listen(fd, 4 * FEW));
    wait_once(fd);
    return fd;
}

static int take_all(int listener) {
    int fd, taken = 0;
    for (; (fd = accept(listener, NULL, NULL)) >= 0; taken++) {
        carried(fd);
        close(fd);
    }
    return taken;
}

static void server_joined(void) {
    int first = member(0);
    tell_number(port_of(first));
    bring(FEW);
    say("alone: %d", take_all(first));
    int second = member(port_of(first));
    bring(2 * FEW);
    say("together: %d", take_all(first) + take_all(second));
    close(second);
    bring(FEW);
    say("alone again: %d", take_all(first));
    second = member(port_of(first));
    close(first);
    bring(FEW);
    say("handed over: %d", take_all(second));
    dismiss();
}

SEMANTICS_CASE(group_joined, "reuseport-joins-and-leaves", SLIM, BOTH_FAMILIES, server_joined, obedient_client);

static int ready[2];

/* Accepts for ever, in a process of its own. */
static void be_member(int port) {
    int fd = member(port);
    MUST(write(ready[1], "x", 1));
    for (;;) {
        struct pollfd entry = {.fd = fd, .events = POLLIN};
        poll(&entry, 1, -1);
        take_all(fd);
    }
}

static void server_killed(void) {
    char byte;
    int fd = member(0);
    MUST(pipe(ready));
    tell_number(port_of(fd));
    for (int i = 0; i < 3; i++) {
        pid_t child = in_child(be_member, port_of(fd));
        MUST(read(ready[0], &byte, 1));
        bring(2 * FEW);
        kill(child, SIGKILL);
        wait_child(child);
        take_all(fd);
        bring(FEW);
        say("alone: %d", take_all(fd));
    }
    dismiss();
}

SEMANTICS_CASE(group_killed, "reuseport-member-killed", SLIM, V4, server_killed, obedient_client);

/* A program that chooses by the position in the group: shadows would be a group of their own, with other positions. */
static void server_selected(void) {
    /* bpf(4) in the kernel's words, for which musl-gcc finds no header: BPF_RET | BPF_K, "the second". */
    struct {
        uint16_t code;
        uint8_t yes, no;
        uint32_t value;
    } always_second = {0x06, 0, 0, 1};
    struct {
        unsigned short length;
        void *program;
    } selector = {1, &always_second};
    int first = member(0), second = member(port_of(first));
    STEP(setsockopt(first, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &selector, sizeof selector));
    settle();
    tell_number(port_of(first));
    bring(FEW);
    int by_first = take_all(first), by_second = take_all(second);
    say("by the first: %d, by the second: %d", by_first, by_second);
    dismiss();
}

SEMANTICS_CASE(group_selected, "reuseport-selector", OVERLAY, V4, server_selected, obedient_client);
