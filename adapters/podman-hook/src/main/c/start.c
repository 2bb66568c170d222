/*
 * Starts a router, once, however many containers start at that moment: whoever gets the lock starts it, and hands the lock to it. It is
 * held as long as the router lives, so nobody starts a second one while the first is not ready yet.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "front.h"

/* Where the starter finds the lock it holds; see the launcher. */
#define LOCK_FD 9
#define LONGEST_LOG (8 << 20)

static void make_parents(const char *file) {
    char path[4096];
    if (strlen(file) >= sizeof path) return;
    strcpy(path, file);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0755); /* What fails here shows when the file is opened. */
        *slash = '/';
    }
}

static int open_log(const char *path) {
    struct stat status;
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0 && fstat(fd, &status) == 0 && status.st_size > LONGEST_LOG && ftruncate(fd, 0) < 0) {
        /* It grows on. */
    }
    return fd;
}

/* In the child: a session of its own, nothing of the caller's open, so that it outlives whoever started the container. */
static void become_router(const struct options *options, int lock, int log) {
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    if (chdir("/") < 0 || nothing < 0 || dup2(nothing, 0) < 0 || dup2(log >= 0 ? log : nothing, 1) < 0 || dup2(1, 2) < 0) _exit(126);
    if (lock == LOCK_FD) {
        fcntl(lock, F_SETFD, 0);
    } else if (dup2(lock, LOCK_FD) < 0) {
        _exit(126);
    }
    syscall(SYS_close_range, 3, LOCK_FD - 1, 0);
    syscall(SYS_close_range, LOCK_FD + 1, ~0u, 0);
    char *arguments[] = {(char *)options->starter, "router", "--lock-fd", "9", NULL};
    execv(options->starter, arguments);
    fprintf(stderr, "slim-podman-hook: %s cannot be executed: %s\n", options->starter, strerror(errno));
    _exit(127);
}

bool start_router(const struct options *options, char reason[LONGEST_REASON]) {
    make_parents(options->lock);
    int lock = open(options->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0) {
        snprintf(reason, LONGEST_REASON, "no router runs, and none can be started: %s: %s", options->lock, strerror(errno));
        return false;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) < 0) {
        close(lock);
        return true; /* Somebody is at it. */
    }
    if (access(options->starter, X_OK) < 0) {
        snprintf(reason, LONGEST_REASON, "no router runs, and none can be started: %s: %s", options->starter, strerror(errno));
        close(lock);
        return false;
    }
    int log = open_log(options->log);
    pid_t child = fork();
    if (child == 0) become_router(options, lock, log);
    if (child < 0) snprintf(reason, LONGEST_REASON, "no router runs, and none can be started: fork: %s", strerror(errno));
    if (log >= 0) close(log);
    close(lock);
    return child > 0;
}
