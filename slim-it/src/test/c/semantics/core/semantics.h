/*
 * The table of semantics: what an application sees of its sockets, as a transcript. Each case is two programs, a server and a client in two
 * containers, that write down every result they get. The transcripts with and without the shim must be the same.
 *
 * A case knows nothing of Slim but where its connections are expected to go. It must not print what differs from run to run: ports have
 * names here, times are not printed, and what happens on the other side is awaited by a word from there (link.c).
 */
#ifndef SEMANTICS_H
#define SEMANTICS_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* Which way a connection is expected to take when both sides have the shim. */
enum path {
    SLIM,
    OVERLAY,
    EITHER, /* depends on timing that the case does not control */
};

/* What kinds of sockets and addresses a case is run with. */
enum family {
    V4 = 1,
    V6 = 2,
    MAPPED = 4, /* IPv6 sockets on both sides, the IPv4 address written as ::ffff:a.b.c.d */
    DUAL = 8,   /* a client of IPv4, a server that listens on the IPv6 wildcard (Java, Go) */
    TO_V4 = 16, /* a client as in MAPPED, a server of IPv4 */
    ALL_FAMILIES = V4 | V6 | MAPPED | DUAL | TO_V4,
    BOTH_FAMILIES = V4 | V6,
};

struct semantics_case {
    const char *name;
    enum path path;
    unsigned families; /* a set of enum family */
    void (*server)(void);
    void (*client)(void);
    void (*heir)(int fd); /* runs in a new program that has inherited a descriptor: heir.c */
    bool tied_if_secure;  /* in secure mode it takes the overlay: it sets an option that no host socket is let have there */
};

/* A case is entered in the table by being linked. */
#define SEMANTICS_CASE(identifier, ...)                            \
    static const struct semantics_case identifier = {__VA_ARGS__}; \
    static const struct semantics_case *const identifier##_entry __attribute__((used, section("semantics_cases"))) = &identifier

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage space;
};

/* The run: which case, which side, which addresses. */
struct scene {
    const struct semantics_case *row;
    const char *family_name;
    enum family family;
    const char *role;      /* "server", "client", "heir" */
    const char *server_v4; /* the overlay addresses of the server's container */
    const char *server_v6;
    bool shim;        /* both sides have it */
    enum path path;   /* which way connections are expected to go if they have */
    int size;         /* how big a case with a size is: 1 is the default */
    int link;         /* descriptor of the link to the other side */
    uint64_t network; /* cookie of the container's network namespace */
};
extern struct scene scene;

/* transcript.c: one line per observable step, on standard output. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Writes the text of a call, its result, and the error's name if the result is negative. Keeps errno. */
long step(const char *text, long result);
#define STEP(call) step(#call, (errno = 0, (long)(call)))
const char *error_name(int error);
const char *poll_names(int events);
const char *epoll_names(unsigned events);
/* A port has one name, a name one port: the last one wins. */
void name_port(int port, const char *name);
/* "10.32.0.1:client": addresses as they are, ports by the names given to them. */
const char *address_text(const union address *address, socklen_t length);
/* The machinery of the test itself has failed: says why and ends the program. */
void broken(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
long must(const char *text, long result);
#define MUST(call) must(#call, (errno = 0, (long)(call)))

/* link.c: words between the two sides, in order. They go over a UNIX socket, which Slim has nothing to do with. */
void link_open(const char *path);
void tell(const char *word);
void hear(const char *word);
void tell_number(long number);
long hear_number(void);

/* sockets.c */
int new_socket(int flags);
union address wildcard(int port);
union address server_address(int port);
socklen_t address_size(const union address *address);
int port_of(int fd);
/* A listener on the wildcard on a port of the kernel's choice, known to the client as "listener": open_listener, then announce. */
int new_listener(int flags);
int bound_socket(int flags);
void announce(int listener);
/* Has been waited for once, so that the router may offer it: a listener nobody waits for gets no connections over Slim. */
void wait_once(int listener);
/*
 * A listener is another's now, who has no shadow. Clients are told by their router, to which the word must go first: it has, when the
 * server's router has answered a later question.
 */
void settle(void);
union address hear_listener(void);
/* A blocking connect to the announced listener, known to the server as "client". */
int dial(void);
int dial_to(const union address *server);
void introduce(int fd);
void meet(void);
int accept_one(int listener);
/* For threads: the kernel chooses the number before it waits, so it depends on what other threads have open. Not shown. */
int accept_unnumbered(int listener);
void show_accepted(int fd, int error);
int port_below_ephemeral(void);

/* Says nothing if the connection is where it was expected. */
void on_path(int fd, enum path expected);
void carried(int fd);
bool is_host_socket(int fd);
uint64_t own_network(void);

/* observe.c: what can be seen of a socket. */
void show_names(int fd);
void show_int(int fd, const char *text, int level, int name);
#define SHOW_INT(fd, level, name) show_int(fd, #name, level, name)
void show_flags(int fd);
void show_poll(int fd, short events, int timeout_ms);
void show_epoll(int epfd, int room, int timeout_ms);
void send_text(int fd, const char *text);
void receive_text(int fd);
/* Reads until the end of the stream or an error. */
void receive_end(int fd);
/* Both sides call it: the connection carries data both ways. */
void exchange(int fd);
int count_descriptors(void);

/* blocked.c */
pid_t thread_id(void);
/* Returns when that thread (or single-threaded process) sleeps in a call that waits for a socket. */
void until_blocked(pid_t thread);
/* Returns when the connect of that socket is under way and the thread that does it sleeps. */
void until_connecting(int fd, pid_t thread);
struct worker {
    pthread_t thread;
    pid_t id;
    void (*work)(void *argument);
    void *argument;
};
void start(struct worker *worker, void (*work)(void *), void *argument);
/* Returns when the new thread has blocked. */
void start_blocked(struct worker *worker, void (*work)(void *), void *argument);
void finish(struct worker *worker);
/* A handler that does nothing but interrupt. */
void on_signal(int signal, int flags);

/* heir.c: programs that inherit. */
enum heir { HEIR_WITH_SHIM, HEIR_CLEARED, HEIR_STATIC };
/* execs this program as the heir of a descriptor; returns only if that fails. */
void exec_heir(int fd, enum heir kind);
/* The same by another call than execve. */
typedef int execute(const char *program, char *const *arguments, char *const *environment);
void exec_heir_by(execute *call, int fd, enum heir kind);
/* The environment without the preloaded library. */
char **cleared_environment(void);
/* Runs a function in a child process. */
pid_t in_child(void (*work)(int), int argument);
void wait_child(pid_t child);

#endif
