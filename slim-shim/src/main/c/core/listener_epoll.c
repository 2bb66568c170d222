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

static struct listener_registration *find(struct listener *listener, int epfd, int fd) {
    for (uint32_t i = 0; i < listener->registration_count; i++) {
        struct listener_registration *registration = &listener->registrations[i];
        if (registration->epfd == epfd && registration->fd == fd) return registration;
    }
    return NULL;
}

static bool knows_epoll(const struct listener *listener, int epfd) {
    for (uint32_t i = 0; i < listener->registration_count; i++) {
        if (listener->registrations[i].epfd == epfd) return true;
    }
    return false;
}

static void drop(struct listener *listener, struct listener_registration *registration) {
    hidden_close(registration->nested);
    *registration = listener->registrations[--listener->registration_count];
}

static void update_arming(struct listener *listener) {
    for (uint32_t i = 0; i < listener->registration_count; i++) {
        if (listener->registrations[i].events & (EPOLLIN | EPOLLRDNORM_BIT)) {
            arming_waits(listener);
            return;
        }
    }
    arming_rests(listener);
}

static void record(struct listener *listener, int epfd, int fd, int nested, const struct epoll_event *event) {
    struct listener_registration *registration = find(listener, epfd, fd);
    if (!registration) {
        /* More epolls than places: they work, but are not followed when the shadow has to move to another number. */
        if (listener->registration_count == LISTENER_REGISTRATIONS) return;
        struct slot slot = {.kind = SLOT_EPOLL, .index = NO_INDEX};
        registration = &listener->registrations[listener->registration_count++];
        registration->epfd = epfd;
        registration->fd = fd;
        if (slot_kind(epfd) == SLOT_NONE) slot_set(epfd, &slot);
    }
    registration->nested = nested;
    registration->events = event->events;
    registration->data = event->data;
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
    if (registration) drop(listener, registration);
    return add_nested(listener, epfd, fd, event);
}

static int change_nested(struct listener *listener, struct listener_registration *registration, int operation, struct epoll_event *event) {
    if (operation == EPOLL_CTL_ADD) return -EEXIST;
    int result = sys_epoll_ctl(registration->epfd, operation, registration->nested, event);
    if (result != 0) return result;
    if (operation == EPOLL_CTL_DEL) {
        drop(listener, registration);
    } else {
        record(listener, registration->epfd, registration->fd, registration->nested, event);
    }
    return 0;
}

static int repeat(struct listener *listener, int epfd, int operation, int fd, struct epoll_event *event) {
    int result = sys_epoll_ctl(epfd, operation, fd, event);
    if (result != 0) return result;
    sys_epoll_ctl(epfd, operation, listener->shadow, event);
    if (operation != EPOLL_CTL_DEL) {
        record(listener, epfd, fd, -1, event);
    } else {
        struct listener_registration *registration = find(listener, epfd, fd);
        if (registration) drop(listener, registration);
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
    if (result == 0) update_arming(listener);
    return (int)c_result(result);
}

void listener_replay(struct listener *listener, int fd, const struct fresh *fresh) {
    for (unsigned i = 0; i < fresh->registration_count; i++) {
        const struct registration *registration = &fresh->registrations[i];
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
    for (uint32_t i = 0; i < listener->registration_count; i++) {
        struct listener_registration *registration = &listener->registrations[i];
        struct epoll_event event = {registration->events, registration->data};
        int epfd = registration->nested >= 0 ? registration->nested : registration->epfd;
        if (registration->nested >= 0) event.events = EPOLLIN;
        sys_epoll_ctl(epfd, EPOLL_CTL_DEL, from, NULL);
        sys_epoll_ctl(epfd, EPOLL_CTL_ADD, to, &event);
    }
}

void listener_forget_epoll(int epfd) {
    for (uint32_t i = 0; i < LISTENERS; i++) {
        struct listener *listener = listener_by_index(i);
        if (!listener || !knows_epoll(listener, epfd)) continue;
        for (uint32_t at = listener->registration_count; at-- > 0;) {
            if (listener->registrations[at].epfd == epfd) drop(listener, &listener->registrations[at]);
        }
        update_arming(listener);
    }
}

void listener_epoll_end(struct listener *listener) {
    for (uint32_t i = listener->registration_count; i-- > 0;) {
        struct listener_registration *registration = &listener->registrations[i];
        struct epoll_event event = {registration->events, registration->data};
        if (registration->nested < 0) {
            sys_epoll_ctl(registration->epfd, EPOLL_CTL_DEL, listener->shadow, &event);
        } else {
            sys_epoll_ctl(registration->epfd, EPOLL_CTL_DEL, registration->nested, &event);
            sys_epoll_ctl(registration->epfd, EPOLL_CTL_ADD, registration->fd, &event);
        }
        drop(listener, registration);
    }
}
