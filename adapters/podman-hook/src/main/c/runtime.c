/*
 * slim-runc: stands before an OCI runtime and takes the same arguments. It edits config.json before "create" or "run", tells the router of
 * "delete", and becomes the runtime in any case. For Docker, which has no precreate hooks: dockerd --add-runtime
 * slim=/usr/libexec/slim/slim-runc.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "front.h"

struct call {
    const char *command;
    const char *bundle;
    const char *id;
};

static bool is_one_of(const char *text, const char *const *words) {
    for (; *words; words++) {
        if (strcmp(text, *words) == 0) return true;
    }
    return false;
}

/* Options of runc and crun that take a value in the next argument. */
static bool has_value(const char *argument) {
    static const char *const options[] = {"--log",      "--log-format",     "--log-level",    "--root", "--criu",
                                          "--rootless", "--cgroup-manager", "--bundle",       "-b",     "--pid-file",
                                          "-f",         "--console-socket", "--preserve-fds", NULL};
    return is_one_of(argument, options);
}

static struct call read_call(char **arguments) {
    struct call call = {.command = "", .bundle = ".", .id = ""};
    for (; *arguments; arguments++) {
        const char *argument = *arguments;
        if (has_value(argument) && arguments[1]) {
            arguments++;
            if (strcmp(argument, "--bundle") == 0 || strcmp(argument, "-b") == 0) call.bundle = *arguments;
        } else if (strncmp(argument, "--bundle=", 9) == 0) {
            call.bundle = argument + 9;
        } else if (*argument != '-' && !*call.command) {
            call.command = argument;
        } else if (*argument != '-') {
            call.id = argument;
        }
    }
    return call;
}

/* What is for this program stands first, and is taken out: --state-dir DIR --starter PROGRAM --wait-ms N. */
static char **without_own(char **arguments) {
    static const char *const own[] = {"--state-dir", "--starter", "--wait-ms", NULL};
    while (arguments[1] && arguments[2] && is_one_of(arguments[1], own)) {
        arguments[2] = arguments[0];
        arguments += 2;
    }
    return arguments;
}

static bool replace(const char *path, struct buffer document) {
    char fresh[4096];
    struct stat status;
    if (snprintf(fresh, sizeof fresh, "%s.slim", path) >= (int)sizeof fresh || stat(path, &status) < 0) return false;
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, status.st_mode & 0777);
    if (fd < 0) return false;
    bool good = fchown(fd, status.st_uid, status.st_gid) == 0 && write_all(fd, document.data, document.size);
    good = close(fd) == 0 && good && rename(fresh, path) == 0;
    if (!good) unlink(fresh);
    return good;
}

static struct answer edit(const struct options *options, const struct call *call, struct buffer *config) {
    struct answer answer = {.outcome = FAILED};
    char path[4096];
    if (snprintf(path, sizeof path, "%s/config.json", call->bundle) >= (int)sizeof path) return answer;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && read_document(fd, config);
    if (fd >= 0) close(fd);
    if (!good) {
        snprintf(answer.reason, sizeof answer.reason, "config.json in %.512s cannot be read, or is longer than %u bytes", call->bundle,
                 LONGEST_DOCUMENT);
        return answer;
    }
    answer = ask(options, EDIT, FLAG_BY_RUNTIME, call->id, *config);
    if (answer.outcome == EDITED && !replace(path, answer.document)) {
        answer.outcome = FAILED;
        snprintf(answer.reason, sizeof answer.reason, "config.json in %.512s cannot be replaced: %s", call->bundle, strerror(errno));
    }
    return answer;
}

/* False: the container must not start. */
static bool create(const struct options *options, const struct call *call) {
    struct buffer config = {NULL, 0};
    struct answer answer = edit(options, call, &config);
    if (answer.outcome == EDITED && *answer.reason) tell(false, "container %s: %s", call->id, answer.reason);
    if (answer.outcome == EDITED || (answer.outcome == UNCHANGED && !*answer.reason)) return true;
    if (answer.outcome == REFUSED || (config.data && requires_slim(config.data, config.size))) {
        tell(false, "container %s is not started, because it has io.slim.require=true and cannot have Slim: %s", call->id, answer.reason);
        return false;
    }
    tell(false, "container %s runs without Slim: %s", call->id, answer.reason);
    return true;
}

static void end(struct options options, const struct call *call) {
    char state[] = "{}";
    options.starter = NULL;
    ask(&options, ENDED, 0, call->id, (struct buffer){state, strlen(state)});
}

static int become(char **arguments) {
    static const char *const places[] = {"/usr/bin/runc",        "/usr/sbin/runc", "/usr/local/bin/runc",
                                         "/usr/local/sbin/runc", "/usr/bin/crun",  NULL};
    const char *named = getenv("SLIM_RUNTIME");
    if (named && *named) {
        execv(named, arguments);
        fprintf(stderr, "slim-runc: SLIM_RUNTIME=%s cannot be executed: %s\n", named, strerror(errno));
        return 127;
    }
    for (const char *const *place = places; *place; place++) execv(*place, arguments);
    fprintf(stderr, "slim-runc: there is no runtime (looked for runc and crun; SLIM_RUNTIME may name one)\n");
    return 127;
}

static const char *starter_beside(void) {
    static char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 32);
    if (size <= 0) return NULL;
    path[size] = 0;
    strcpy(strrchr(path, '/') + 1, "slim-podman-hook");
    return access(path, X_OK) == 0 ? path : NULL;
}

int runtime_main(int argc, char **argv, const struct options *options) {
    (void)argc;
    struct options own = *options;
    char **arguments = without_own(argv);
    struct call call = read_call(arguments + 1);
    if (!own.starter) own.starter = starter_beside();
    if (strcmp(call.command, "create") == 0 || strcmp(call.command, "run") == 0) {
        if (!create(&own, &call)) return 1;
    } else if (strcmp(call.command, "delete") == 0) {
        end(own, &call);
    }
    return become(arguments);
}
