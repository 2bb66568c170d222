/* What root of a host sees of secure mode: how many programs confine, and what is granted. No container can call these. */
#include "attack.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../../../../slim-router-lib/src/main/bpf/layout.h"

/* The numbers of enum bpf_attach_type for cgroups, which newer headers go on with. */
enum { ATTACH_TYPES = 40, LONGEST_PATH = 256 };

static long bpf(int command, union bpf_attr *attributes) { return syscall(SYS_bpf, command, attributes, sizeof *attributes); }

void count_attached(const char *cgroup) {
    int fd = open(cgroup, O_RDONLY | O_DIRECTORY), count = 0;
    for (uint32_t type = 0; type < ATTACH_TYPES; type++) {
        union bpf_attr query = {.query = {.target_fd = (uint32_t)fd, .attach_type = type}};
        count += bpf(BPF_PROG_QUERY, &query) == 0 ? (int)query.query.prog_cnt : 0;
    }
    printf("attached %d\n", count);
}

static void print_address(const __u8 *address) {
    char text[INET6_ADDRSTRLEN];
    bool four = memcmp(address, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) == 0;
    printf(" %s", inet_ntop(four ? AF_INET : AF_INET6, address + (four ? 12 : 0), text, sizeof text));
}

/* PINS: a line for each grant: number, key, client's host, client, destination, its port. */
void list_grants(const char *pins) {
    char path[LONGEST_PATH];
    snprintf(path, sizeof path, "%s/maps/grants", pins);
    union bpf_attr get = {.pathname = (uintptr_t)path};
    int map = (int)bpf(BPF_OBJ_GET, &get);
    if (map < 0) {
        give_up(path);
    }
    uint32_t id = 0, next;
    union bpf_attr walk = {.map_fd = (uint32_t)map, .key = 0, .next_key = (uintptr_t)&next};
    while (bpf(BPF_MAP_GET_NEXT_KEY, &walk) == 0) {
        struct slim_grant grant;
        id = next;
        union bpf_attr look_up = {.map_fd = (uint32_t)map, .key = (uintptr_t)&id, .value = (uintptr_t)&grant};
        if (bpf(BPF_MAP_LOOKUP_ELEM, &look_up) == 0) {
            printf("grant %u ", id);
            for (int i = 0; i < 16; i++) {
                printf("%02x", grant.keys[0].bytes[i]);
            }
            print_address(grant.client_host);
            print_address(grant.client);
            print_address(grant.destination);
            printf(" %d\n", ntohs(grant.destination_port));
        }
        walk.key = (uintptr_t)&id;
    }
}
