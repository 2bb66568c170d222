#include "attack.h"

#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What Docker and containerd leave to root in a container. */
static void as_in_a_container(void) {
    uint32_t kept = 1u << CAP_CHOWN | 1u << CAP_DAC_OVERRIDE | 1u << CAP_FOWNER | 1u << CAP_FSETID | 1u << CAP_KILL | 1u << CAP_SETGID |
                    1u << CAP_SETUID | 1u << CAP_SETPCAP | 1u << CAP_NET_BIND_SERVICE | 1u << CAP_NET_RAW | 1u << CAP_SYS_CHROOT |
                    1u << CAP_MKNOD | 1u << CAP_AUDIT_WRITE;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2] = {{kept, kept, 0}, {0, 0, 0}};
    for (int i = 0; i < 64; i++) {
        if (i > 31 || !(kept & 1u << i)) {
            prctl(PR_CAPBSET_DROP, i);
        }
    }
    if (syscall(SYS_capset, &header, sets)) {
        give_up("capset");
    }
}

static bool as_root_of_a_host(const char *command, char **arguments) {
    if (strcmp(command, "attached") == 0) {
        count_attached(arguments[0]);
    } else if (strcmp(command, "grants") == 0) {
        list_grants(arguments[0]);
    } else if (strcmp(command, "forge") == 0) {
        forge(arguments);
    } else if (strcmp(command, "ack") == 0) {
        send_packet(arguments);
    } else if (strcmp(command, "capture") == 0) {
        capture(arguments[0], arguments + 1);
    } else if (strcmp(command, "replay") == 0) {
        replay(arguments[0]);
    } else {
        return false;
    }
    return true;
}

int main(int count, char **arguments) {
    if (count < 3) {
        fprintf(stderr, "usage: attack COMMAND FAMILY|PORT|ADDRESS ...\n");
        return 2;
    }
    const char *command = arguments[1];
    char **rest = arguments + 3;
    int family = atoi(arguments[2]);
    if (strcmp(command, "host-service") == 0) {
        greet_for_ever(arguments[2], "host-only\n");
    } else if (strcmp(command, "knock") == 0) {
        knock(arguments[2], rest);
        return 0;
    } else if (as_root_of_a_host(command, arguments + 2)) {
        return 0;
    }
    as_in_a_container();
    if (strcmp(command, "aim") == 0) {
        aim(family, rest);
    } else if (strcmp(command, "listen") == 0) {
        listen_as_client(family, rest);
    } else if (strcmp(command, "serve") == 0) {
        serve(family, rest);
    } else if (strcmp(command, "child") == 0) {
        hold_child(family, rest);
    } else if (strcmp(command, "call") == 0) {
        call(family, rest);
    } else if (strcmp(command, "hoard") == 0) {
        hoard(family, rest);
    } else if (strcmp(command, "claim") == 0) {
        claim(family, rest);
    } else if (strcmp(command, "look") == 0) {
        look(family, rest);
    } else {
        fprintf(stderr, "attack: no such command: %s\n", command);
        return 2;
    }
    return 0;
}
