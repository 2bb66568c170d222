/* posix_spawn(3): an exec that happens inside the libc. What the new program needs is prepared in this process, and taken back when it is
 * on its way. */
#include "../core/heir.h"
#include "../core/program.h"
#include "export.h"

#define PATH_SPACE 4096

extern char **environ __attribute__((weak));

EXPORT int posix_spawn(int *pid, const char *path, const void *actions, const void *attributes, char *const *arguments,
                       char *const *environment) {
    if (!config.active) return real_posix_spawn(pid, path, actions, attributes, arguments, environment);
    int prepared = heir_prepare(path, environment);
    int result = real_posix_spawn(pid, path, actions, attributes, arguments, environment);
    heir_cancel(prepared);
    return result;
}

EXPORT int posix_spawnp(int *pid, const char *name, const void *actions, const void *attributes, char *const *arguments,
                        char *const *environment) {
    char path[PATH_SPACE];
    if (!config.active && real_has_libc()) return real_posix_spawnp(pid, name, actions, attributes, arguments, environment);
    const char *found = program_search(name, &environ ? environ : NULL, path, sizeof path);
    if (!real_has_libc()) return posix_spawn(pid, found ? found : name, actions, attributes, arguments, environment);
    int prepared = heir_prepare(found, environment);
    int result = real_posix_spawnp(pid, name, actions, attributes, arguments, environment);
    heir_cancel(prepared);
    return result;
}
