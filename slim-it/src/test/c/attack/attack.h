/*
 * A hostile container's program: it speaks the shim protocol itself, so that it holds what the router hands out and nothing in between
 * behaves. Each attack prints one line: its name, then "refused" with the error, or what it has got.
 */
#ifndef ATTACK_H
#define ATTACK_H

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum { PATIENCE_MS = 1000 };

/* An endpoint, as a socket of one family sees it: IPv4 is v4-mapped for IPv6 sockets. */
struct place {
    struct sockaddr_storage address;
    socklen_t length;
};

struct place place_of(int family, const char *address, const char *port);

/* outcome.c */
void refused(const char *name, int family, int error);
void got(const char *name, int family, const char *what);
/* "refused" if the error is not 0, else "got WHAT". */
void judge(const char *name, int family, int error, const char *what);
__attribute__((noreturn)) void give_up(const char *what);

/* call.c: 0 or errno. */
int connect_to(int socket, const struct place *place);
int forget_peer(int socket); /* connect with AF_UNSPEC */
/* Whether what is connected says so; reads its greeting. */
bool is_greeted(int socket, const char *greeting);
/* Waits for one connection, a second at most: 0 or errno. */
int accept_one(int listener, int *child);
void greet_for_ever(const char *port, const char *greeting);
void knock(const char *address, char **ports);

/* go.c: waits until the file exists that this variable names; does not wait if there is none. */
void await_file(const char *variable);
bool is_file_there(const char *variable);
/* Says that all sockets are there, and waits for ATTACK_GO. */
void ready_to_go(void);

/* router.c */
struct shadow {
    int own; /* the application's */
    int socket;
    int lease;
};
int client_socket(int family, const char *address, const char *port);
struct shadow shadow_of(int family, const char *port);
void arm(const struct shadow *shadow);

/* uring.c: 0, or the errno that came back; 1000 if there is no io_uring here. */
enum { NO_URING = 1000 };
int uring_connect(int socket, const struct place *place);
int uring_fast_open(int socket, const struct place *place);
int uring_bind(int socket, const struct place *place);
int uring_listen(int socket);
int uring_set(int socket, int level, int name, int value);
int uring_get(int socket, int level, int name);

/* The families of attacks. */
void aim(int family, char **arguments);
void listen_as_client(int family, char **arguments);
void serve(int family, char **arguments);
void hold_child(int family, char **arguments);
void call(int family, char **arguments);
void hoard(int family, char **arguments);
/* Whether the router takes this process for a container that has that address. */
void claim(int family, char **arguments);
void options_of(const char *kind, int family, int socket);
/* Names of a socket with a peer, or one without. */
void names_of(const char *kind, int family, int socket, const char *host, bool peer);
void stamps_of(const char *kind, int family, int socket);
void look(int family, char **arguments);

/* kernel.c: what root of a host can see. */
void count_attached(const char *cgroup);
void list_grants(const char *pins);

/* raw.c: packets by hand. */
void forge(char **arguments);
void send_packet(char **arguments);
void capture(const char *device, char **arguments);
void replay(const char *packet);

#endif
