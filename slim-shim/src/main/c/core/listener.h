/*
 * A listener of the application and its shadow (docs/architecture.md, "The shadow listener"). The original socket is left alone but for its
 * O_NONBLOCK flag; the shadow, a host socket, listens beside it and both accept.
 *
 * Files: listener.c making and ending one; listener_adopt.c one that was made elsewhere; listener_epoll.c registrations; listener_accept.c
 * accepting; listener_wait.c blocking; listener_lease.c its lease; listener_flags.c what the application sees of the flags; arming.c
 * telling the router that somebody waits; readiness.c poll and select.
 */
#ifndef SLIM_CORE_LISTENER_H
#define SLIM_CORE_LISTENER_H

#include "fresh.h"
#include "peer_table.h"
#include "restart.h"
#include "wire.h"

#define LISTENERS 64
#define LISTENER_REGISTRATIONS 64

struct listener_registration {
    uint32_t use; /* 0 = free, 1 = being filled, 2 = in use: threads register the same listener with epolls of their own at the same time */
    int epfd;
    int fd;     /* the number that the application registered */
    int nested; /* an epoll with both sockets, registered in the place of the original (EPOLLONESHOT), or -1 */
    uint32_t events;
    uint64_t data;
};

struct listener {
    uint32_t use;     /* 0 = free, 1 = in use, 2 = ending */
    uint32_t refs;    /* numbers of this process that are this listener */
    uint32_t waiters; /* threads of this process that are blocked in accept */
    int kept;         /* a copy of the original for waiters whose number was closed, or -1 */
    int shadow;
    int lease;      /* keeps the state that all holders share, also when the router that it was from has ended */
    int word;       /* the lease from that router's successor, this process's own, or -1: takes the lease's place towards the router */
    int wait_epoll; /* both sockets, for blocking accepts of this process; -1: not made yet */
    uint64_t id;
    uint64_t cookie; /* of the original */
    uint64_t shadow_cookie;
    uint16_t port; /* on which the application listens */
    uint16_t shadow_port;
    bool confined; /* secure mode: the kernel decides who gets to the shadow, and names them */
    unsigned hint_count;
    struct option hints[FRESH_HINTS]; /* options that the shadow does not have, and what it accepts seems to inherit */
    uint32_t turn;                    /* which socket is tried first */
    bool shadow_gave;                 /* the last connection */
    uint32_t armed;                   /* this process has told the router so */
    uint32_t renewing;
    uint64_t renew_at_ms;
    struct listener_registration registrations[LISTENER_REGISTRATIONS];
};

/* Listeners of this process; 0 lets poll and select go straight on. */
extern uint32_t listener_count;

/* The application's listen() on a fresh socket has succeeded. Without a shadow nothing changes. */
void listener_create(int fd, struct slot *slot, int backlog);

/* The application accepts: a listener that got no shadow because no router answered asks again, now and then. */
void listener_retry(int fd, struct slot *slot);

/* listener_adopt.c: it listens, and nothing is known about it: it was made elsewhere. Does nothing if it cannot have a shadow. */
void listener_adopt(int fd, int backlog);

/* NULL: the number is no listener with a shadow, or no longer. */
struct listener *listener_at(int fd);

struct listener *listener_by_index(uint32_t index);
uint32_t listener_index(const struct listener *listener);
void listener_retain(uint32_t index);
void listener_release(uint32_t index, int fd);
/* Gives the shadow up; the original goes on alone, as the application set it. */
void listener_abandon(struct listener *listener, int fd);
/* The same for every process that shares the listener: each notices at its next accept. */
void listener_give_up_everywhere(struct listener *listener, int fd);
void listener_after_fork(void);
void listener_moved(int from, int to);

/* After exec: the listener that a lease speaks of, and each number that is it. */
void listener_take_up(const struct lease_state *state, int shadow, int lease);
void listener_take_up_number(const struct lease_state *state, int fd);

/* listener_epoll.c */
int listener_epoll_ctl(struct listener *listener, int epfd, int operation, int fd, struct epoll_event *event);
void listener_replay(struct listener *listener, int fd, struct fresh *fresh);
/* Closes what is hidden in them. */
void listener_epoll_close(struct listener *listener);
/* The shadow goes: what stood for the original stands down. */
void listener_epoll_end(struct listener *listener);
/* The shadow's queue was left before it was empty: who is told of changes only (EPOLLET) is told again. */
void listener_epoll_again(struct listener *listener);
void listener_epoll_moved(struct listener *listener, int from, int to);
void listener_forget_epoll(int epfd);

/* listener_accept.c; both with the C convention. */
int listener_accept(struct listener *listener, int fd, struct sockaddr *address, socklen_t *length, int flags);

/* listener_lease.c */
/* What the router must know of a listener; false: it gets no shadow. The question is empty before. */
bool listener_describe(int fd, uint64_t cookie, struct wire_listen *question);
/* To be sent to: what the router hears. */
int listener_word(const struct listener *listener);
/* The router offers the shadow no more. */
void listener_withdraw(const struct listener *listener);
/* The application got a client over the overlay: has the router ended that knew the shadow? Then its successor is asked to go on with it.
 */
void listener_renew(struct listener *listener, int fd);
/* A client of whom nobody has heard: another process may have renewed, and this one does not know the new router's clients yet. */
bool listener_find_names(struct listener *listener, const struct endpoint *client, struct peer_names *names);

/* listener_wait.c */
/* 0: try again; else negative errno. deadline_ms: 0 before the first wait of a call. */
int listener_wait(struct listener *listener, int fd, uint64_t *deadline_ms, struct restart_wait *wait);
/* Around a blocked accept; false: the listener has ended. */
bool listener_enter(struct listener *listener);
void listener_leave(struct listener *listener);
void listener_keep(struct listener *listener, int fd);
void listener_end(struct listener *listener);

/* listener_flags.c */
enum listener_mode {
    SEEN_NONBLOCKING = 0, /* by the application */
    SEEN_BLOCKING = 1,
    GIVEN_UP = 2, /* another process has given the shadow up for all (listener_give_up_everywhere) */
};
enum listener_mode listener_mode(const struct listener *listener);
int listener_set_mode(struct listener *listener, enum listener_mode mode);
void listener_virtualise(struct listener *listener, int fd);
void listener_set_close_on_exec(struct listener *listener, bool close_on_exec);
void listener_option(struct listener *listener, int fd, int level, int name, const void *value, socklen_t length);

/* arming.c */
void arming_waits(struct listener *listener);
void arming_rests(struct listener *listener);
void arming_flush(const struct listener *but);
/* Another router: it must be told again. */
void arming_again(struct listener *listener);
void arming_forget(const struct listener *listener);
/* This process has it no more. */
void arming_end(struct listener *listener);

#endif
