/* Programs that close what they do not know: daemons, Python's subprocess, and the shim's own descriptors among it. */
#include "ready_clients.h"

#define HIGHEST 1200

static bool keep(int fd) { return fd <= STDERR_FILENO || fd == scene.link; }

static int close_loop(void) {
    int closed = 0;
    for (int fd = 0; fd < HIGHEST; fd++) {
        if (!keep(fd) && close(fd) == 0) closed++;
    }
    return closed;
}

static void serve_new_listener(void) {
    int listener = new_listener(0);
    announce(listener);
    bring(1);
    accept_first(listener);
    dismiss();
    STEP(close(listener));
}

/* As a daemon begins: a child that closes all and starts afresh; the parent's listener lives on. */
static void daemon_by_loop(int unused) {
    (void)unused;
    say("closed: %d", close_loop());
    serve_new_listener();
}

static void daemon_by_range(int unused) {
    (void)unused;
    STEP(syscall(SYS_close_range, 4, ~0u, 0));
    serve_new_listener();
}

#ifdef __GLIBC__
static void close_all_from(int first) { closefrom(first); }
#else
static void close_all_from(int first) { syscall(SYS_close_range, first, ~0u, 0); }
#endif

static void daemon_by_closefrom(int unused) {
    (void)unused;
    close_all_from(4);
    serve_new_listener();
}

static void serve_beside(void (*daemon)(int)) {
    int listener = new_listener(0);
    announce(listener);
    bring(1);
    accept_first(listener);
    dismiss();
    wait_child(in_child(daemon, 0));
    announce(listener);
    bring(2);
    accept_first(listener);
    accept_first(listener);
    dismiss();
}

static void client_thrice(void) {
    for (int i = 0; i < 3; i++) obedient_client();
}

static void server_loop(void) { serve_beside(daemon_by_loop); }
static void server_range(void) { serve_beside(daemon_by_range); }
static void server_closefrom(void) { serve_beside(daemon_by_closefrom); }

SEMANTICS_CASE(daemon_loop, "daemon-close-loop", SLIM, V4, server_loop, client_thrice);
SEMANTICS_CASE(daemon_range, "daemon-close-range", SLIM, V4, server_range, client_thrice);
SEMANTICS_CASE(daemon_closefrom, "daemon-closefrom", SLIM, V4, server_closefrom, client_thrice);

/* The process itself, and goes on. */
static void server_closes_all(void) {
    serve_new_listener();
    int listener = new_listener(0);
    announce(listener);
    bring(1);
    say("closed: %d", close_loop());
    dismiss();
    serve_new_listener();
}

SEMANTICS_CASE(closes_all, "process-closes-all", SLIM, V4, server_closes_all, client_thrice);

static void client_closes_all(void) {
    for (int i = 0; i < 3; i++) {
        exchange(dial());
        say("closed: %d", close_loop());
    }
}

static void server_thrice(void) {
    for (int i = 0; i < 3; i++) {
        int listener = new_listener(0);
        announce(listener);
        int fd = accept_one(listener);
        exchange(fd);
        receive_end(fd);
        close(fd);
        close(listener);
    }
}

SEMANTICS_CASE(client_closes, "client-closes-all", SLIM, V4, server_thrice, client_closes_all);

/* Descriptors that another process has no idea of are marked, not closed (Python 3.14, systemd). */
static void server_marks(void) {
    int listener = new_listener(0);
    announce(listener);
    STEP(syscall(SYS_close_range, 4, ~0u, 4 /* CLOSE_RANGE_CLOEXEC */));
    show_flags(listener);
    bring(1);
    accept_first(listener);
    dismiss();
}

SEMANTICS_CASE(marks_all, "process-marks-all", SLIM, V4, server_marks, obedient_client);

/* Past the libc, where nobody sees it; then the numbers are used for something else, which the shim must leave alone. */
static long unseen_close(int fd) {
#ifdef __x86_64__
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"((long)SYS_close), "D"((long)fd) : "rcx", "r11", "memory");
    return result;
#else
    register long number __asm__("x8") = SYS_close;
    register long result __asm__("x0") = fd;
    __asm__ volatile("svc 0" : "+r"(result) : "r"(number) : "memory");
    return result;
#endif
}

static int take_numbers(int first, int last) {
    int taken = 0, null = (int)MUST(open("/dev/null", O_RDONLY));
    for (int fd = first; fd <= last; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && fcntl(null, F_DUPFD, fd) == fd) taken++;
    }
    close(null);
    return taken;
}

static int still_open(int first, int last) {
    int open_numbers = 0;
    for (int fd = first; fd <= last; fd++) open_numbers += fcntl(fd, F_GETFD) >= 0;
    return open_numbers;
}

static void server_unseen(void) {
    serve_new_listener();
    new_listener(0);
    for (int fd = 0; fd < HIGHEST; fd++) {
        if (!keep(fd)) unseen_close(fd);
    }
    say("numbers taken: %d", take_numbers(800, HIGHEST));
    serve_new_listener();
    serve_new_listener();
    say("numbers still open: %d", still_open(800, HIGHEST));
}

SEMANTICS_CASE(closes_unseen, "process-closes-unseen", SLIM, V4, server_unseen, client_thrice);

/* Python 3.10's subprocess: a vfork child, which shares the memory, closes every descriptor and execs. */
static void spawn_as_python(void) {
    char *arguments[] = {"true", NULL};
    pid_t child = vfork();
    if (child == 0) {
        for (int fd = 3; fd < HIGHEST; fd++) {
            if (fd != scene.link) close(fd);
        }
        execv("/bin/true", arguments);
        _exit(127);
    }
    MUST(child);
    wait_child(child);
}

static void server_python(void) {
    int listener = new_listener(SOCK_CLOEXEC), epfd = (int)MUST(epoll_create1(EPOLL_CLOEXEC));
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 3};
    STEP(epoll_ctl(epfd, EPOLL_CTL_ADD, listener, &event));
    announce(listener);
    for (int i = 0; i < 3; i++) {
        spawn_as_python();
        bring(1);
        show_epoll(epfd, 4, -1);
        int fd = (int)STEP(accept(listener, NULL, NULL));
        carried(fd);
        spawn_as_python();
        show_int(fd, "SO_ERROR", SOL_SOCKET, SO_ERROR);
        close(fd);
    }
    dismiss();
}

SEMANTICS_CASE(python_subprocess, "vfork-child-closes-all", SLIM, V4, server_python, obedient_client);

/* system(3) and popen(3) beside a listener. */
static void server_system(void) {
    int listener = new_listener(0);
    announce(listener);
    for (int i = 0; i < 2; i++) {
        STEP(system("true"));
        bring(1);
        accept_first(listener);
    }
    dismiss();
}

SEMANTICS_CASE(system_beside, "system-beside-listener", SLIM, V4, server_system, obedient_client);
