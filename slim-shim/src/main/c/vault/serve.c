/* What the router asks for, and which queues want something. */
#include "vault.h"

#define EVENTS 16
#define OF_ROUTER 0 /* else the number of a queue, from 1 */

struct control {
    struct cmsghdr header;
    int descriptors[MOST];
};

long send_with(int to, const void *bytes, size_t size, const int *sockets, int count, int flags) {
    struct iovec data = {(void *)bytes, size};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
    struct control control;
    if (count > 0) {
        control.header = (struct cmsghdr){sizeof control.header + (size_t)count * sizeof(int), SOL_SOCKET, SCM_RIGHTS};
        for (int i = 0; i < count; i++) {
            control.descriptors[i] = sockets[i];
        }
        message.msg_control = &control;
        message.msg_controllen = control.header.cmsg_len;
    }
    long sent;
    do {
        sent = SYS3(__NR_sendmsg, to, &message, MSG_NOSIGNAL | flags);
    } while (sent == -EINTR);
    return sent;
}

bool tell_router(int status, int count, const int *sockets) {
    unsigned char bytes[2] = {(unsigned char)status, (unsigned char)count};
    return send_with(ROUTER, bytes, sizeof bytes, sockets, sockets ? count : 0, 0) == sizeof bytes;
}

static bool make(int what, int wanted) {
    int made = 0, error = 0, sockets[MOST];
    while (made < wanted && !error) {
        int socket = what & CLIENTS ? socket_client(what & VERSION) : socket_bare(what & VERSION);
        if (socket < 0) {
            error = -socket;
        } else {
            sockets[made++] = socket;
        }
    }
    unsigned char bytes[2] = {0, (unsigned char)made};
    long sent = made == 0 ? 0 : send_with(ROUTER, bytes, sizeof bytes, sockets, made, 0);
    for (int i = 0; i < made; i++) {
        sys_close(sockets[i]);
    }
    /* Too much is on its way, or memory is short (ETOOMANYREFS, ENOBUFS): the router hears of that as of any other reason. */
    if (sent < 0) return sent != -EPIPE && sent != -ECONNRESET && tell_router((int)-sent, wanted, NULL);
    return !error || tell_router(error, wanted - made, NULL);
}

/* False if the router is gone, or says what it never says. */
static bool answer(int epoll) {
    unsigned char question[2];
    struct control control;
    struct iovec data = {question, sizeof question};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.header + sizeof(int)};
    ssize_t received = sys_recvmsg(ROUTER, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (received == -EINTR || received == -EAGAIN) return true;
    int version = question[0] & VERSION, what = question[0] & ~VERSION;
    if (received != sizeof question || (version != 4 && version != 6) || question[1] == 0 || question[1] > MOST) return false;
    if (what == QUEUE) {
        if (message.msg_controllen < sizeof control.header + sizeof(int)) return tell_router(EMFILE, 0, NULL);
        queue_open(epoll, control.descriptors[0], version, question[1]);
        return true;
    }
    return (what == 0 || what == CLIENTS) && make(question[0], question[1]);
}

void serve(void) {
    struct epoll_event events[EVENTS], router = {.events = EPOLLIN, .data = OF_ROUTER};
    int epoll = sys_epoll_create();
    if (epoll < 0 || sys_epoll_ctl(epoll, EPOLL_CTL_ADD, ROUTER, &router) != 0) return;
    for (;;) {
        long count = SYS6(__NR_epoll_pwait, epoll, events, EVENTS, queue_timeout(), NULL, 0);
        if (count < 0 && count != -EINTR) return;
        for (long i = 0; i < count; i++) {
            if (events[i].data != OF_ROUTER) {
                queue_ready(epoll, (unsigned)events[i].data - 1);
            } else if (!answer(epoll)) {
                return;
            }
        }
        queue_resume(epoll);
    }
}
