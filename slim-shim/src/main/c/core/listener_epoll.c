/*
 * Registrations of a listener with the application's epolls are repeated for the shadow with the same event data, so that the application's
 * own epoll_wait reports both. One exception: with EPOLLONESHOT two registrations would fire twice, so a nested epoll that holds both
 * sockets takes the original's place. So it does for a second number of the same listener in the same epoll: the shadow has only one.
 * (Nested always is no choice: EPOLLEXCLUSIVE, nginx's default, is refused for an epoll inside an epoll.)
 */
#include "../sys/real.h"
#include "../sys/syscall.h"
#include "hidden.h"
#include "listener.h"

#define EPOLLRDNORM_BIT 0x040u

enum { FREE = 0, FILLING, USED };

static struct listener_registration *next_used(struct listener *listener, unsigned *at) {
    for (; *at < LISTENER_REGISTRATIONS; (*at)++) {
        struct listener_registration *registration = &listener->registrations[*at];
        if (__atomic_load_n(&registration->use, __ATOMIC_SEQ_CST) == USED) return registration;
    }
    return NULL;
}

#define EACH(registration, listener) \
    unsigned at_ = 0;                \
    for (struct listener_registration * registration; (registration = next_used(listener, &at_)); at_++)

/* A place may be given to another registration, by another thread, while this one looks at it. */
static bool is_in(const struct listener_registration *registration, int epfd) {
    return __atomic_load_n(&registration->epfd, __ATOMIC_RELAXED) == epfd;
}

static struct listener_registration *find(struct listener *listener, int epfd, int fd) {
    EACH(registration, listener) {
        if (is_in(registration, epfd) && __atomic_load_n(&registration->fd, __ATOMIC_RELAXED) == fd) return registration;
    }
    return NULL;
}

static bool knows_epoll(struct listener *listener, int epfd) {
    EACH(registration, listener) {
        if (is_in(registration, epfd)) return true;
    }
    return false;
}

static void drop(struct listener_registration *registration) {
    int nested = registration->nested;
    __atomic_store_n(&registration->use, FREE, __ATOMIC_RELEASE);
    hidden_close(nested);
}

static bool is_awaited(struct listener *listener) {
    EACH(registration, listener) {
        if (__atomic_load_n(&registration->events, __ATOMIC_RELAXED) & (EPOLLIN | EPOLLRDNORM_BIT)) return true;
    }
    return false;
}

static void update_arming(struct listener *listener) {
    if (!is_awaited(listener)) {
        arming_rests(listener);
        /* Another thread may have registered it between the look and the word; it has then not taken the word back. */
        if (!is_awaited(listener)) return;
    }
    arming_waits(listener);
}

static struct listener_registration *claim(struct listener *listener) {
    for (unsigned i = 0; i < LISTENER_REGISTRATIONS; i++) {
        uint32_t free = FREE;
        struct listener_registration *registration = &listener->registrations[i];
        if (__atomic_compare_exchange_n(&registration->use, &free, FILLING, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) return registration;
    }
    return NULL;
}

static void record(struct listener *listener, int epfd, int fd, int nested, const struct epoll_event *event) {
    struct listener_registration *registration = find(listener, epfd, fd);
    if (!registration) {
        /* More epolls than places: they work, but are not followed when the shadow has to move to another number. */
        registration = claim(listener);
        if (!registration) return;
        struct slot slot = {.kind = SLOT_EPOLL, .index = NO_INDEX};
        if (slot_kind(epfd) == SLOT_NONE) slot_set(epfd, &slot);
    }
    __atomic_store_n(&registration->epfd, epfd, __ATOMIC_RELAXED);
    __atomic_store_n(&registration->fd, fd, __ATOMIC_RELAXED);
    registration->nested = nested;
    __atomic_store_n(&registration->events, event->events, __ATOMIC_RELAXED);
    registration->data = event->data;
    __atomic_store_n(&registration->use, USED, __ATOMIC_SEQ_CST);
}

static int make_nested(struct listener *listener, int fd) {
    struct epoll_event both = {.events = EPOLLIN};
    int nested = sys_epoll_create();
    if (nested < 0) return nested;
    int results = sys_epoll_ctl(nested, EPOLL_CTL_ADD, fd, &both) | sys_epoll_ctl(nested, EPOLL_CTL_ADD, listener->shadow, &both);
    if (results != 0) {
        sys_close(nested);
        return -EINVAL;
    }
    return hidden_adopt(nested, true, listener->shadow);
}

static int add_nested(struct listener *listener, int epfd, int fd, struct epoll_event *event) {
    if (find(listener, epfd, fd)) return -EEXIST;
    int nested = make_nested(listener, fd);
    if (nested < 0) return nested;
    int result = sys_epoll_ctl(epfd, EPOLL_CTL_ADD, nested, event);
    if (result != 0) {
        hidden_close(nested);
        return result;
    }
    record(listener, epfd, fd, nested, event);
    return 0;
}

static int to_nested(struct listener *listener, int epfd, int fd, struct epoll_event *event) {
    struct listener_registration *registration = find(listener, epfd, fd);
    int result = sys_epoll_ctl(epfd, EPOLL_CTL_DEL, fd, event);
    if (result != 0) return result;
    sys_epoll_ctl(epfd, EPOLL_CTL_DEL, listener->shadow, event);
    if (registration) drop(registration);
    return add_nested(listener, epfd, fd, event);
}

static int change_nested(struct listener *listener, struct listener_registration *registration, int operation, struct epoll_event *event) {
    if (operation == EPOLL_CTL_ADD) return -EEXIST;
    int result = sys_epoll_ctl(registration->epfd, operation, registration->nested, event);
    if (result != 0) return result;
    if (operation == EPOLL_CTL_DEL) {
        drop(registration);
    } else {
        record(listener, registration->epfd, registration->fd, registration->nested, event);
    }
    return 0;
}

/* An original that was added in a way the shim has not seen (before it was a listener, through a copy of the epoll) is modified first. */
static int repeat_for_shadow(const struct listener *listener, int epfd, int operation, struct epoll_event *event) {
    int result = sys_epoll_ctl(epfd, operation, listener->shadow, event);
    if (result == -ENOENT && operation == EPOLL_CTL_MOD) result = sys_epoll_ctl(epfd, EPOLL_CTL_ADD, listener->shadow, event);
    return result == -EEXIST || operation == EPOLL_CTL_DEL ? 0 : result;
}

static int repeat(struct listener *listener, int epfd, int operation, int fd, struct epoll_event *event) {
    int result = sys_epoll_ctl(epfd, operation, fd, event);
    if (result != 0) return result;
    if (repeat_for_shadow(listener, epfd, operation, event) != 0) {
        /* Nobody would be told of its connections. */
        listener_abandon(listener, fd);
        return 0;
    }
    if (operation != EPOLL_CTL_DEL) {
        record(listener, epfd, fd, -1, event);
    } else {
        struct listener_registration *registration = find(listener, epfd, fd);
        if (registration) drop(registration);
    }
    return 0;
}

static int control(struct listener *listener, int epfd, int operation, int fd, struct epoll_event *event) {
    struct listener_registration *registration = find(listener, epfd, fd);
    if (registration && registration->nested >= 0) return change_nested(listener, registration, operation, event);
    if (operation == EPOLL_CTL_DEL || (event->events & EPOLLEXCLUSIVE)) return repeat(listener, epfd, operation, fd, event);
    bool second_number = operation == EPOLL_CTL_ADD && !registration && knows_epoll(listener, epfd);
    if (!(event->events & EPOLLONESHOT) && !second_number) return repeat(listener, epfd, operation, fd, event);
    return operation == EPOLL_CTL_ADD ? add_nested(listener, epfd, fd, event) : to_nested(listener, epfd, fd, event);
}

int listener_epoll_ctl(struct listener *listener, int epfd, int operation, int fd, struct epoll_event *event) {
    arming_flush(listener);
    if (operation != EPOLL_CTL_DEL && !event) return real_epoll_ctl(epfd, operation, fd, event);
    int result = control(listener, epfd, operation, fd, event);
    if (result == 0 && slot_kind(fd) == SLOT_LISTENER) update_arming(listener);
    return (int)c_result(result);
}

void listener_replay(struct listener *listener, int fd, struct fresh *fresh) {
    unsigned at = 0;
    for (struct registration *registration; (registration = fresh_registration(fresh, &at)); at++) {
        struct epoll_event event = {registration->events, registration->data};
        if (event.events & EPOLLONESHOT) {
            to_nested(listener, registration->epfd, fd, &event);
        } else {
            sys_epoll_ctl(registration->epfd, EPOLL_CTL_ADD, listener->shadow, &event);
            record(listener, registration->epfd, fd, -1, &event);
        }
    }
    update_arming(listener);
}

/* An epoll knows a file by the number it was registered with: the old number must go while it is still open. */
void listener_epoll_moved(struct listener *listener, int from, int to) {
    EACH(registration, listener) {
        struct epoll_event event = {registration->events, registration->data};
        int epfd = registration->epfd;
        if (registration->nested >= 0) {
            struct slot *slot = slot_get(registration->nested);
            epfd = registration->nested;
            event.events = EPOLLIN;
            if (slot) slot->index = (uint32_t)to; /* by which the nested epoll is recognised */
        }
        sys_epoll_ctl(epfd, EPOLL_CTL_DEL, from, &event);
        sys_epoll_ctl(epfd, EPOLL_CTL_ADD, to, &event);
    }
}

/* EPOLL_CTL_MOD looks anew; for EPOLLEXCLUSIVE it is refused. */
void listener_epoll_again(struct listener *listener) {
    EACH(registration, listener) {
        struct epoll_event event = {registration->events, registration->data};
        if (!(event.events & EPOLLET) || (event.events & EPOLLONESHOT)) continue;
        int target = registration->nested >= 0 ? registration->nested : listener->shadow;
        if (sys_epoll_ctl(registration->epfd, EPOLL_CTL_MOD, target, &event) == 0) continue;
        sys_epoll_ctl(registration->epfd, EPOLL_CTL_DEL, target, &event);
        sys_epoll_ctl(registration->epfd, EPOLL_CTL_ADD, target, &event);
    }
}

void listener_forget_epoll(int epfd) {
    for (uint32_t i = 0; i < LISTENERS; i++) {
        struct listener *listener = listener_by_index(i);
        if (!listener || !knows_epoll(listener, epfd)) continue;
        EACH(registration, listener) {
            if (is_in(registration, epfd)) drop(registration);
        }
        update_arming(listener);
    }
}

void listener_epoll_close(struct listener *listener) { EACH(registration, listener) drop(registration); }

void listener_epoll_end(struct listener *listener) {
    EACH(registration, listener) {
        struct epoll_event event = {registration->events, registration->data};
        if (registration->nested < 0) {
            sys_epoll_ctl(registration->epfd, EPOLL_CTL_DEL, listener->shadow, &event);
        } else {
            sys_epoll_ctl(registration->epfd, EPOLL_CTL_DEL, registration->nested, &event);
            sys_epoll_ctl(registration->epfd, EPOLL_CTL_ADD, registration->fd, &event);
        }
        drop(registration);
    }
}
