/*
 * Secure mode without a router and without rights: a stand-in for both the router and the kernel's program. The overlay is 127.77.0.0/16,
 * which every Linux machine has. The router's part speaks the shim's protocol and hands out plain sockets; the kernel's part sits behind
 * seccomp's user notification (Linux 5.5) and answers connect, setsockopt and getsockopt on those sockets as the program would.
 *
 * The program under test runs in a child with the shim preloaded. It gives orders and looks at what has happened over a socket pair.
 */
#ifndef SECURE_DOUBLE_H
#define SECURE_DOUBLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define OVERLAY_PREFIX "127.77.0.0/16"
#define SERVER_ADDRESS "127.77.0.2"
#define ORDERS_FD 3

/* What the router would say to CONNECT, and what the kernel knows of every destination. */
enum knowledge { NOTHING, HOST, OVERLAY_ENTRY, OVERLAY_TURN };

enum order {
    LOOK = 1,     /* no change */
    FORGET,       /* the kernel knows no destination */
    OVERLAY_SAID, /* the kernel has an entry that says overlay */
    TURN,         /* behind a virtual endpoint it is the turn of one on the overlay, once */
    REFUSE,       /* the router's verdict is overlay */
    ALLOW,        /* the router's verdict is the host path */
    GO_AWAY,      /* the router ends */
    COME_BACK,    /* and another one starts */
    COME_BACK_NON_SECURE,
    CALL_SHADOW, /* somebody connects to the last shadow */
    OLD_KERNEL,  /* EPERM is all that the kernel can say */
    LATE,        /* queues are filled once nobody asks for anything */
    DRY,         /* or no more at all */
};

/* What has happened since the start. */
struct seen {
    uint32_t hellos, queues, questions, socketless; /* frames; socketless: questions that want a socket */
    uint32_t queued, credited;                      /* sockets sent ahead, bytes that came back add up to */
    uint32_t host_connects, overlay_connects;       /* let through on host sockets; made on the container's own */
    uint32_t misses, second_connects, refused_options;
    uint32_t max_unsaid; /* most sockets that were sent ahead and not credited */
    uint16_t shadow_port;
};

/* router.c: one event of the router's; false: not its descriptor. */
void router_start(const char *path);
void router_stop(void);
int router_descriptors(int *fds, int room);
void router_event(int fd);
void router_rests(void);
extern bool router_refuses, router_secure, router_is_late, router_is_dry;

/* kernel.c */
int kernel_install(void); /* in the child: the notification's descriptor */
void kernel_event(int notifications);
void kernel_confine(int fd);
extern enum knowledge kernel_knowledge;
extern bool kernel_is_old;

extern struct seen happened;
extern pid_t child;
extern int child_pidfd;

/* scenarios.c: in the child */
struct seen order(enum order order);
int run_scenario(const char *name, int server_port);
const char *scenario_name(int index); /* NULL: no more */

#endif
