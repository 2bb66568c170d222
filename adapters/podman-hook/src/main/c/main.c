/* slim-podman-hook precreate|created|poststop: a container's configuration or state comes in, a configuration goes out. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front.h"

#define DEFAULT_STATE "/run/slim/state"
#define DEFAULT_WAIT_MS 1500
/* For what nobody waits for. */
#define SHORT_WAIT_MS 500

static const char *in_directory(const char *directory, const char *name) {
    char *path;
    return asprintf(&path, "%s/%s", directory, name) < 0 ? "" : path;
}

/* What install has written beside this program: for slim-runc, whose arguments are a runtime's, and whose environment is what runtimes
 * leave. */
static const char *installed_state(void) {
    static char state[256];
    char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 32);
    if (size <= 0) return NULL;
    path[size] = 0;
    strcpy(strrchr(path, '/') + 1, "state-dir");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return NULL;
    size = read(fd, state, sizeof state - 1);
    close(fd);
    state[size > 0 ? size : 0] = 0;
    state[strcspn(state, "\n")] = 0;
    return *state ? state : NULL;
}

static bool option(char ***at, const char *name, const char **value) {
    if (strcmp(**at, name) != 0 || !(*at)[1]) return false;
    *value = *++*at;
    return true;
}

/* --state-dir DIR --starter PROGRAM --wait-ms N; what is not known is left to slim-runc's runtime. */
static struct options parse(char **arguments) {
    struct options options = {.wait_ms = DEFAULT_WAIT_MS};
    const char *state = NULL, *wait = NULL;
    for (; *arguments; arguments++) {
        if (option(&arguments, "--state-dir", &state) || option(&arguments, "--starter", &options.starter)) continue;
        option(&arguments, "--wait-ms", &wait);
    }
    if (!state) state = installed_state();
    if (!state) state = DEFAULT_STATE;
    if (wait && atoi(wait) > 0) options.wait_ms = atoi(wait);
    options.socket = in_directory(state, "hook.sock");
    options.lock = in_directory(state, "hook.lock");
    options.log = in_directory(state, "router.log");
    return options;
}

/* The container is to start as if this had not been there. */
static int leave_alone(struct buffer config, const char *reason) {
    if (requires_slim(config.data, config.size)) {
        tell(true, "the container is not started, because it has io.slim.require=true and cannot have Slim: %s", reason);
        return 1;
    }
    if (!write_all(1, config.data, config.size)) return 1;
    if (*reason) tell(true, "the container runs without Slim: %s", reason);
    return 0;
}

static int precreate(const struct options *options) {
    struct buffer config;
    if (!read_document(0, &config)) {
        if (!config.data || errno != 0 || !write_all(1, config.data, config.size) || !pass_on(0, 1)) return 1;
        tell(true, "the container runs without Slim: its configuration has more than %u bytes", LONGEST_DOCUMENT);
        return 0;
    }
    struct answer answer = ask(options, EDIT, 0, "", config);
    switch (answer.outcome) {
        case EDITED:
            if (!write_all(1, answer.document.data, answer.document.size)) return 1;
            if (*answer.reason) tell(true, "%s", answer.reason);
            return 0;
        case REFUSED:
            tell(true, "the container is not started: %s", answer.reason);
            return 1;
        default:
            /* Without a reason it is not for Slim: nothing is required either. */
            if (answer.outcome == UNCHANGED && !*answer.reason) return write_all(1, config.data, config.size) ? 0 : 1;
            return leave_alone(config, answer.reason);
    }
}

/* Nothing depends on it: a router that does not hear of it finds out by itself. */
static int notify(struct options options, enum question type) {
    struct buffer state;
    options.starter = NULL;
    options.wait_ms = SHORT_WAIT_MS;
    if (read_document(0, &state)) ask(&options, type, 0, "", state);
    return 0;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_DFL);
    struct options options = parse(argv + (argc > 0));
    if (argc > 0 && strcmp(base_name(argv[0]), "slim-runc") == 0) return runtime_main(argc, argv, &options);
    const char *command = argc > 1 ? argv[1] : "";
    if (strcmp(command, "precreate") == 0) return precreate(&options);
    if (strcmp(command, "created") == 0) return notify(options, CREATED);
    if (strcmp(command, "poststop") == 0) return notify(options, ENDED);
    fprintf(stderr, "usage: slim-hook precreate|created|poststop [--state-dir DIR] [--starter PROGRAM] [--wait-ms N]\n");
    return 2;
}
