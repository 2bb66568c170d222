/*
 * execve(2) and the exec(3) family. The libc's own functions reach execve inside the libc, where it cannot be interposed, so each is here.
 * Also called in vfork children, whose memory is the parent's (core/heir.h).
 */
#include <stdarg.h>
#include "../core/heir.h"
#include "../core/program.h"
#include "export.h"

#define PATH_SPACE 4096

extern char **environ __attribute__((weak));

static char *const *own_environment(void) { return &environ ? environ : NULL; }

static int execute(const char *path, char *const *arguments, char *const *environment) {
    if (!config.active) return real_execve(path, arguments, environment);
    int prepared = heir_prepare(path, environment);
    int result = real_execve(path, arguments, environment);
    heir_cancel(prepared);
    return result;
}

static int execute_searched(const char *name, char *const *arguments, char *const *environment) {
    char path[PATH_SPACE];
    if (real_has_libc() && (!config.active || !name)) return real_execvpe(name, arguments, environment);
    const char *found = program_search(name, own_environment(), path, sizeof path);
    if (!real_has_libc()) return execute(found ? found : name, arguments, environment);
    int prepared = heir_prepare(found, environment);
    int result = real_execvpe(name, arguments, environment);
    heir_cancel(prepared);
    return result;
}

EXPORT int execve(const char *path, char *const *arguments, char *const *environment) { return execute(path, arguments, environment); }

EXPORT int execv(const char *path, char *const *arguments) { return execute(path, arguments, own_environment()); }

EXPORT int execvpe(const char *name, char *const *arguments, char *const *environment) {
    return execute_searched(name, arguments, environment);
}

EXPORT int execvp(const char *name, char *const *arguments) { return execute_searched(name, arguments, own_environment()); }

EXPORT int fexecve(int fd, char *const *arguments, char *const *environment) {
    char path[PATH_SPACE];
    if (!config.active) return real_fexecve(fd, arguments, environment);
    int prepared = heir_prepare(program_at(fd, "", path, sizeof path), environment);
    int result = real_fexecve(fd, arguments, environment);
    heir_cancel(prepared);
    return result;
}

EXPORT int execveat(int directory, const char *name, char *const *arguments, char *const *environment, int flags) {
    char path[PATH_SPACE];
    if (!config.active || !name) return real_execveat(directory, name, arguments, environment, flags);
    int prepared = heir_prepare(program_at(directory, name, path, sizeof path), environment);
    int result = real_execveat(directory, name, arguments, environment, flags);
    heir_cancel(prepared);
    return result;
}

/* The list of arguments with its NULL; what follows it is left in the list. */
static size_t count_arguments(const char *first, va_list list) {
    size_t count = 1;
    for (const char *argument = first; argument; count++) argument = va_arg(list, const char *);
    return count;
}

static void collect_arguments(char **arguments, const char *first, va_list list) {
    size_t at = 0;
    arguments[at] = (char *)(uintptr_t)first;
    while (arguments[at]) arguments[++at] = va_arg(list, char *);
}

#define COLLECT(arguments, first)                \
    va_list list;                                \
    va_start(list, first);                       \
    size_t count = count_arguments(first, list); \
    va_end(list);                                \
    char *arguments[count];                      \
    va_start(list, first);                       \
    collect_arguments(arguments, first, list)

EXPORT int execl(const char *path, const char *first, ...) {
    COLLECT(arguments, first);
    va_end(list);
    return execute(path, arguments, own_environment());
}

EXPORT int execlp(const char *name, const char *first, ...) {
    COLLECT(arguments, first);
    va_end(list);
    return execute_searched(name, arguments, own_environment());
}

EXPORT int execle(const char *path, const char *first, ...) {
    COLLECT(arguments, first);
    char *const *environment = va_arg(list, char *const *);
    va_end(list);
    return execute(path, arguments, environment);
}
