#include "attack.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void refused(const char *name, int family, int error) {
    const char *known = strerrorname_np(error);
    printf("%s %d refused %s\n", name, family, known ? known : "?");
    fflush(stdout);
}

void got(const char *name, int family, const char *what) {
    printf("%s %d got %s\n", name, family, what);
    fflush(stdout);
}

void judge(const char *name, int family, int error, const char *what) {
    if (error) {
        refused(name, family, error);
    } else {
        got(name, family, what);
    }
}

void give_up(const char *what) {
    fprintf(stderr, "attack: %s: %s\n", what, strerror(errno));
    exit(2);
}

struct place place_of(int family, const char *address, const char *port) {
    struct place place = {.length = sizeof(struct sockaddr_in)};
    struct sockaddr_in *four = (struct sockaddr_in *)&place.address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&place.address;
    char mapped[64];
    if (family == 4) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)atoi(port));
        if (inet_pton(AF_INET, address, &four->sin_addr) != 1) {
            give_up(address);
        }
        return place;
    }
    place.length = sizeof *six;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons((uint16_t)atoi(port));
    snprintf(mapped, sizeof mapped, "%s%s", strchr(address, ':') ? "" : "::ffff:", address);
    if (inet_pton(AF_INET6, mapped, &six->sin6_addr) != 1) {
        give_up(address);
    }
    return place;
}
