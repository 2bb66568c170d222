/* New programs that inherit descriptors, and child processes. */
#include "semantics.h"

extern char **environ;

#define VARIABLES 256
#define ARGUMENT 16

char **cleared_environment(void) {
    static char *kept[VARIABLES];
    size_t count = 0;
    for (char **entry = environ; *entry && count < VARIABLES - 1; entry++) {
        if (strncmp(*entry, "LD_PRELOAD=", 11) != 0) kept[count++] = *entry;
    }
    kept[count] = NULL;
    return kept;
}

/* The static program lies beside this one: same name, other ending. */
static const char *static_program(void) {
    static char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 16);
    if (length < 0) broken("/proc/self/exe: %s", error_name(errno));
    path[length] = 0;
    char *slash = strrchr(path, '/');
    strcpy(slash + 1, "semantics-static");
    return path;
}

void exec_heir_by(execute *call, int fd, enum heir kind) {
    char number[ARGUMENT], link[ARGUMENT];
    const char *program = kind == HEIR_STATIC ? static_program() : "/proc/self/exe";
    snprintf(number, sizeof number, "%d", fd);
    snprintf(link, sizeof link, "%d", scene.link);
    char *arguments[] = {"semantics", (char *)scene.row->name, (char *)scene.family_name, "heir",
                         link,        (char *)scene.server_v4, (char *)scene.server_v6,   number,
                         NULL};
    call(program, arguments, kind == HEIR_CLEARED ? cleared_environment() : environ);
    broken("%s: %s", program, error_name(errno));
}

void exec_heir(int fd, enum heir kind) { exec_heir_by(execve, fd, kind); }

pid_t in_child(void (*work)(int), int argument) {
    pid_t child = (pid_t)MUST(fork());
    if (child != 0) return child;
    work(argument);
    _exit(0);
}

void wait_child(pid_t child) {
    int status;
    MUST(waitpid(child, &status, 0));
    if (WIFSIGNALED(status)) {
        say("child: signal %d", WTERMSIG(status));
    } else {
        say("child: exit %d", WEXITSTATUS(status));
    }
}
