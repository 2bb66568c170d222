/*
 * slim-vault: makes TCP sockets in a cgroup of their own, and does nothing else. A socket belongs for life to the cgroup of the process that
 * makes it; the programs attached there deny all that the router has not allowed. One process for each container, so that each socket's
 * memory is charged where the container's belongs and the kernel can tell whose it is.
 *
 * slim-vault HOST FILE...: HOST is the host's address, 32 hexadecimal digits, IPv4 ones v4-mapped; joins by writing "0" to each FILE, a
 * cgroup.procs. Descriptor 3 is a SOCK_SEQPACKET socket to the router, packets are of two bytes:
 *
 *   to the router    0 0: it has joined; else the errno of the failure, and it ends
 *   from the router  4 or 6, how many (1 to 16): bare sockets, of that IP version
 *                    0x14 or 0x16, how many: clients, which are bound to HOST and sealed
 *                    0x24 or 0x26, how many at most, with a connection: keep its other end's receive queue filled with clients (queue.c)
 *   to the router    0, how many, with those sockets; and, where those are not all, a second packet: the errno, how many are missing
 *                    the errno, 0: a queue gets no clients for a second; EPROTO: a connection did not keep to the protocol, and is
 *                    ended; EMFILE: there was no room for a connection
 *
 * It ends when the router's end is closed. Static, without a libc: it must run on every host and cost a few pages.
 */
#ifndef SLIM_VAULT_H
#define SLIM_VAULT_H

#include "../sys/syscall.h"

#define ROUTER 3
#define MOST 16
#define CLIENTS 0x10
#define QUEUE 0x20
#define VERSION 0x0f

#define EMFILE 24
#define EPIPE 32
#define EPROTO 71
#define EBADFD 77
#define EAFNOSUPPORT 97
#define ECONNRESET 104

/* The host's address; IPv4 ones v4-mapped. */
extern unsigned char host[16];

/* A TCP socket without a name, or -errno. */
int socket_bare(int version);
/* One that is bound to the host's address, and confined by its programs: they have been seen to run for it. Or -errno. */
int socket_client(int version);

/* Sends bytes, with sockets that go with them; what sendmsg answers. Does not wait if so flagged. */
long send_with(int to, const void *bytes, size_t size, const int *sockets, int count, int flags);

/* Tells the router; with sockets or NULL. False if it is gone. */
bool tell_router(int status, int count, const int *sockets);

/* Serves until the router is gone. */
void serve(void);

/* Keeps the queue at the other end of a connection filled, which is closed if that cannot be. */
void queue_open(int epoll, int connection, int version, int most);
/* Something has come from it, or it has ended. */
void queue_ready(int epoll, unsigned index);
/* How long to wait at most, in ms, until queue_resume is to be called; -1: as long as nothing comes. */
int queue_timeout(void);
void queue_resume(int epoll);

#endif
