/* A connect that is to be swapped: what its files share. swap.c and swap_confined.c connect, each in its mode; swap_again.c connects again.
 */
#ifndef SLIM_CORE_SWAP_PLAN_H
#define SLIM_CORE_SWAP_PLAN_H

#include "fresh.h"
#include "wire.h"

struct plan {
    int fd; /* the application's call */
    const struct sockaddr *address;
    socklen_t length;
    uint64_t cookie; /* of the application's socket when connect was called */
    struct fresh *fresh;
    uint32_t fresh_index;
    struct endpoint destination;
    struct wire_connect question;
    int host_socket; /* -1: none yet */
    bool confined;   /* the kernel knows where it connects to; else target and self say it */
    bool asked;      /* the router, for this connect */
    struct endpoint self;
    union any_address target;
    socklen_t target_length;
    long flags; /* of the application's socket (F_GETFL) */
};

/* Asks the router. True: there is a host socket and a way; else the overlay, and no host socket. */
bool plan_ask(struct plan *plan);

/*
 * Puts the host socket under the number, unless that has become another socket meanwhile: another thread may have closed it while this one
 * waited. The record stays for the way back. 0: no; else the host socket's cookie.
 */
uint64_t plan_swap_in(const struct plan *plan);

/* Without the host socket, if there is one. */
int plan_overlay(const struct plan *plan, const char *why);

/* A blocking connect must not wait for ever for a host that does not answer. Returns what is to be set again after it, 0: nothing. */
int plan_limit_retries(const struct plan *plan);

/* The swapped socket's connect has ended with result and errno, or is on its way; where the host path has failed, the overlay is tried. */
int plan_finish(const struct plan *plan, uint64_t host_cookie, int retries, int result);

/* swap_confined.c */
int plan_connect_confined(struct plan *plan);

#endif
