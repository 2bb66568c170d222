#include "semantics.h"

#include <sys/un.h>

#define WORD 64
#define CONNECT_TRIES 10000

static struct sockaddr_un link_address(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) broken("the path of the link is too long: %s", path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    return address;
}

static int link_accept(const char *path) {
    struct sockaddr_un address = link_address(path);
    int listener = (int)MUST(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    MUST(bind(listener, (struct sockaddr *)&address, sizeof address));
    MUST(listen(listener, 1));
    int link = (int)MUST(accept(listener, NULL, NULL));
    close(listener);
    unlink(path);
    return link;
}

/* The other side may not be there yet. */
static int link_connect(const char *path) {
    struct sockaddr_un address = link_address(path);
    int link = (int)MUST(socket(AF_UNIX, SOCK_SEQPACKET, 0));
    for (int i = 0; i < CONNECT_TRIES; i++) {
        if (connect(link, (struct sockaddr *)&address, sizeof address) == 0) return link;
        struct timespec pause = {0, 1000000};
        nanosleep(&pause, NULL);
    }
    broken("nobody listens at %s", path);
}

void link_open(const char *path) {
    int link = strcmp(scene.role, "server") == 0 ? link_accept(path) : link_connect(path);
    /* The same number on both sides, the lowest there is, so that cases that close everything know what to leave. */
    scene.link = (int)MUST(dup2(link, 3));
    if (link != scene.link) close(link);
}

void tell(const char *word) {
    if (send(scene.link, word, strlen(word), MSG_NOSIGNAL) < 0) broken("cannot tell \"%s\": %s", word, error_name(errno));
}

static void hear_any(char *word, size_t size, const char *expected) {
    ssize_t length;
    do length = recv(scene.link, word, size - 1, 0);
    while (length < 0 && errno == EINTR);
    if (length <= 0) broken("the other side has ended; expected from it: %s", expected);
    word[length] = 0;
}

void hear(const char *expected) {
    char word[WORD];
    hear_any(word, sizeof word, expected);
    if (strcmp(word, expected) != 0) broken("heard \"%s\" instead of \"%s\"", word, expected);
}

void tell_number(long number) {
    char word[WORD];
    snprintf(word, sizeof word, "%ld", number);
    tell(word);
}

long hear_number(void) {
    char word[WORD];
    char *end;
    hear_any(word, sizeof word, "a number");
    long number = strtol(word, &end, 10);
    if (*end) broken("heard \"%s\" instead of a number", word);
    return number;
}
