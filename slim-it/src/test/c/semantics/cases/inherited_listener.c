/* Listeners that a new program goes on with, with the shim and without. Connections that were accepted before go over too. */
#include "ready_clients.h"

#include <spawn.h>

#define CONNECTION 50

/* The names of the connection that came over are the host's without the shim (docs/compatibility.md): not shown there. */
static void go_on(int listener, enum path expected) {
    name_port(port_of(listener), "listener");
    show_flags(listener);
    show_names(listener);
    exchange(CONNECTION);
    wait_once(listener);
    settle();
    tell("ready");
    meet();
    int fd = (int)STEP(accept(listener, NULL, NULL));
    on_path(fd, expected);
    exchange(fd);
}

static void heir_with_shim(int listener) {
    meet();
    show_names(CONNECTION);
    go_on(listener, SLIM);
}

static void heir_without(int listener) {
    meet();
    go_on(listener, OVERLAY);
}

static int first_connection(void) {
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    MUST(dup2(fd, CONNECTION));
    close(fd);
    return listener;
}

static void server_shim(void) { exec_heir(first_connection(), HEIR_WITH_SHIM); }
static void server_cleared(void) { exec_heir(first_connection(), HEIR_CLEARED); }
static void server_static(void) { exec_heir(first_connection(), HEIR_STATIC); }

static void client(void) {
    union address to = hear_listener();
    int first = dial_to(&to);
    on_path(first, SLIM);
    tell_number(port_of(first));
    exchange(first);
    hear("ready");
    int second = new_socket(0);
    MUST(connect(second, &to.any, address_size(&to)));
    tell_number(port_of(second));
    exchange(second);
}

SEMANTICS_CASE(inherited_shim, "exec-heir-with-shim", SLIM, BOTH_FAMILIES, server_shim, client, heir_with_shim);
SEMANTICS_CASE(inherited_cleared, "exec-heir-cleared", SLIM, V4, server_cleared, client, heir_without);
SEMANTICS_CASE(inherited_static, "exec-heir-static", SLIM, V4, server_static, client, heir_without);

/* The program is an open file. */
static int execute_file(const char *program, char *const *arguments, char *const *environment) {
    return fexecve((int)MUST(open(program, O_RDONLY | O_CLOEXEC)), arguments, environment);
}

static int execute_file_by_number(const char *program, char *const *arguments, char *const *environment) {
    return (int)syscall(SYS_execveat, (int)MUST(open(program, O_PATH | O_CLOEXEC)), "", arguments, environment, AT_EMPTY_PATH);
}

static void server_file(void) { exec_heir_by(execute_file, first_connection(), HEIR_WITH_SHIM); }
static void server_static_file(void) { exec_heir_by(execute_file, first_connection(), HEIR_STATIC); }
static void server_static_number(void) { exec_heir_by(execute_file_by_number, first_connection(), HEIR_STATIC); }

SEMANTICS_CASE(inherited_file, "exec-heir-by-fexecve", SLIM, V4, server_file, client, heir_with_shim);
SEMANTICS_CASE(inherited_static_file, "exec-heir-static-by-fexecve", SLIM, V4, server_static_file, client, heir_without);
SEMANTICS_CASE(inherited_static_number, "exec-heir-static-by-execveat", SLIM, V4, server_static_number, client, heir_without);

/* Non-blocking: the heir must not find a flag that it does not expect. */
static void heir_nonblocking(int listener) {
    meet();
    show_flags(listener);
    STEP(accept(listener, NULL, NULL));
    exchange(CONNECTION);
    wait_once(listener);
    settle();
    tell("ready");
    meet();
    show_poll(listener, POLLIN, -1);
    int fd = (int)STEP(accept(listener, NULL, NULL));
    exchange(fd);
}

/* The first connection is made before the non-blocking accept. */
static int first_nonblocking_connection(void) {
    int listener = new_listener(SOCK_NONBLOCK);
    announce(listener);
    meet();
    show_poll(listener, POLLIN, -1);
    int fd = (int)MUST(accept(listener, NULL, NULL));
    carried(fd);
    MUST(dup2(fd, CONNECTION));
    close(fd);
    return listener;
}

static void server_nonblocking(void) { exec_heir(first_nonblocking_connection(), HEIR_WITH_SHIM); }
static void server_nonblocking_static(void) { exec_heir(first_nonblocking_connection(), HEIR_STATIC); }

SEMANTICS_CASE(inherited_nonblocking, "exec-heir-nonblocking", SLIM, V4, server_nonblocking, client, heir_nonblocking);
SEMANTICS_CASE(inherited_nonblocking_static, "exec-heir-nonblocking-static", SLIM, V4, server_nonblocking_static, client, heir_nonblocking);

/* The program that forks and execs goes on itself: nginx's upgrade, supervisors. */
static void exec_with_shim(int listener) { exec_heir(listener, HEIR_WITH_SHIM); }
static void exec_static(int listener) { exec_heir(listener, HEIR_STATIC); }

static void beside(void (*heir)(int)) {
    int listener = new_listener(0);
    announce(listener);
    bring(1);
    accept_first(listener);
    pid_t child = in_child(heir, listener);
    until_blocked(child);
    settle();
    bring(1);
    wait_child(child);
    bring(1);
    int fd = (int)STEP(accept(listener, NULL, NULL));
    close(fd);
    show_flags(listener);
    dismiss();
}

static void obedient(void) {
    union address to = hear_listener();
    for (long count = hear_number(); count > 0; count = hear_number()) {
        MUST(connect(new_socket(0), &to.any, address_size(&to)));
        tell("connected");
    }
}

static void server_beside_shim(void) { beside(exec_with_shim); }
static void server_beside_static(void) { beside(exec_static); }

static void heir_beside_quiet(int listener) {
    show_flags(listener);
    int fd = (int)STEP(accept(listener, NULL, NULL));
    close(fd);
}

SEMANTICS_CASE(inherited_beside_shim, "exec-beside-with-shim", SLIM, V4, server_beside_shim, obedient, heir_beside_quiet);
SEMANTICS_CASE(inherited_beside_static, "exec-beside-static", SLIM, V4, server_beside_static, obedient, heir_beside_quiet);

/* A thread is blocked in accept when a child gives the listener to a program without the shim. */
static int waited_for;

static void accept_it(void *argument) {
    (void)argument;
    accept_unnumbered(waited_for);
}

static void heir_that_ends(int listener) { show_flags(listener); }

static void server_beside_blocked(void) {
    struct worker worker;
    waited_for = new_listener(0);
    announce(waited_for);
    start_blocked(&worker, accept_it, NULL);
    wait_child(in_child(exec_static, waited_for));
    settle();
    bring(1);
    finish(&worker);
    show_flags(waited_for);
    dismiss();
}

SEMANTICS_CASE(inherited_beside_blocked, "exec-beside-blocked-accept", EITHER, V4, server_beside_blocked, obedient, heir_that_ends);

/* exec fails: nothing has changed. */
static void server_exec_fails(void) {
    char *arguments[] = {"nothing", NULL};
    int listener = new_listener(0);
    announce(listener);
    STEP(execve("/nonexistent/program", arguments, cleared_environment()));
    STEP(execv("/nonexistent/program", arguments));
    settle();
    show_flags(listener);
    bring(1);
    int fd = (int)STEP(accept(listener, NULL, NULL));
    show_flags(fd);
    dismiss();
}

SEMANTICS_CASE(inherited_exec_fails, "exec-fails", EITHER, V4, server_exec_fails, obedient);

/* posix_spawn(3) makes its child and execs inside the libc. */
static void spawn_heir(int listener, char **environment) {
    char number[16], link[16];
    pid_t child;
    snprintf(number, sizeof number, "%d", listener);
    snprintf(link, sizeof link, "%d", scene.link);
    char *arguments[] = {"semantics", (char *)scene.row->name, (char *)scene.family_name, "heir",
                         link,        (char *)scene.server_v4, (char *)scene.server_v6,   number,
                         NULL};
    if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environment) != 0) broken("posix_spawn");
    until_blocked(child);
    settle();
    bring(1);
    wait_child(child);
}

static void spawn(char **environment) {
    int listener = new_listener(0);
    announce(listener);
    bring(1);
    accept_first(listener);
    spawn_heir(listener, environment);
    bring(1);
    int fd = (int)STEP(accept(listener, NULL, NULL));
    close(fd);
    show_flags(listener);
    dismiss();
}

extern char **environ;

static void server_spawn(void) { spawn(environ); }
static void server_spawn_cleared(void) { spawn(cleared_environment()); }

SEMANTICS_CASE(inherited_spawn, "spawn-heir-with-shim", SLIM, V4, server_spawn, obedient, heir_beside_quiet);
SEMANTICS_CASE(inherited_spawn_cleared, "spawn-heir-cleared", SLIM, V4, server_spawn_cleared, obedient, heir_beside_quiet);

/* A new program finds no descriptor that it would not find without Slim, if the listener is not for it. */
static void heir_counts(int number) {
    (void)number;
    say("descriptors: %d", count_descriptors());
}

static void server_clean(void) {
    int listener = new_listener(SOCK_CLOEXEC);
    announce(listener);
    int fd = accept_one(listener);
    MUST(fcntl(fd, F_SETFD, FD_CLOEXEC));
    wait_child(in_child(exec_with_shim, -1));
    wait_child(in_child(exec_static, -1));
    fd = accept_one(listener);
    exchange(fd);
}

static void client_clean(void) {
    union address to = hear_listener();
    dial_to(&to);
    exchange(dial_to(&to));
}

SEMANTICS_CASE(inherited_clean, "exec-descriptors", SLIM, V4, server_clean, client_clean, heir_counts);
