/* Threads that block, and how to know that they have. */
#include "semantics.h"

#include <time.h>

#define TRIES 10000

pid_t thread_id(void) { return (pid_t)syscall(SYS_gettid); }

static bool read_proc(pid_t thread, const char *name, char *text, size_t size) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/%s", thread, thread, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t length = read(fd, text, size - 1);
    close(fd);
    if (length <= 0) return false;
    text[length] = 0;
    return true;
}

/* The state follows the name, which is in parentheses and may hold anything: proc_pid_stat(5). */
static bool sleeps(pid_t thread) {
    char text[512];
    const char *end = read_proc(thread, "stat", text, sizeof text) ? strrchr(text, ')') : NULL;
    return end && end[2] == 'S';
}

/* The kernel's functions for a wait are many, and the shim may wait in another one than the application asked for. */
static bool waits_for_socket(pid_t thread) {
    static const long calls[] = {SYS_accept,         SYS_accept4,     SYS_connect, SYS_recvfrom,
                                 SYS_read,           SYS_epoll_pwait, SYS_ppoll,   SYS_pselect6,
#ifdef SYS_epoll_wait
                                 SYS_epoll_wait,     SYS_poll,        SYS_select,
#endif
                                 SYS_rt_sigtimedwait};
    char text[256];
    if (!read_proc(thread, "syscall", text, sizeof text)) return false;
    char *end;
    long number = strtol(text, &end, 10);
    for (size_t i = 0; end != text && i < sizeof calls / sizeof *calls; i++) {
        if (calls[i] == number) return true;
    }
    return false;
}

static void pause_briefly(void) {
    struct timespec pause = {0, 1000000};
    nanosleep(&pause, NULL);
}

void until_blocked(pid_t thread) {
    for (int i = 0; i < TRIES; i++) {
        if (sleeps(thread) && waits_for_socket(thread)) return;
        pause_briefly();
    }
    broken("thread %d has not blocked", thread);
}

static bool is_connecting(int fd) {
    struct tcp_info info;
    socklen_t length = sizeof info;
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_state == TCP_SYN_SENT;
}

void until_connecting(int fd, pid_t thread) {
    for (int i = 0; i < TRIES && !is_connecting(fd); i++) pause_briefly();
    until_blocked(thread);
}

static void *run(void *argument) {
    struct worker *worker = argument;
    __atomic_store_n(&worker->id, thread_id(), __ATOMIC_RELEASE);
    worker->work(worker->argument);
    return NULL;
}

void start(struct worker *worker, void (*work)(void *), void *argument) {
    worker->id = 0;
    worker->work = work;
    worker->argument = argument;
    if (pthread_create(&worker->thread, NULL, run, worker) != 0) broken("no thread");
    while (!__atomic_load_n(&worker->id, __ATOMIC_ACQUIRE)) sched_yield();
}

void start_blocked(struct worker *worker, void (*work)(void *), void *argument) {
    start(worker, work, argument);
    until_blocked(worker->id);
}

void finish(struct worker *worker) { pthread_join(worker->thread, NULL); }

static void ignore(int signal) { (void)signal; }

void on_signal(int signal, int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = ignore;
    action.sa_flags = flags;
    MUST(sigaction(signal, &action, NULL));
}
