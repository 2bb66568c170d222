/* Programs are given time between getting their sockets and using them: for the control, what refuses is taken away meanwhile. */
#include "attack.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAUSE_US = 5000 };

bool is_file_there(const char *variable) {
    const char *path = getenv(variable);
    return !path || access(path, F_OK) == 0;
}

void await_file(const char *variable) {
    while (!is_file_there(variable)) {
        usleep(PAUSE_US);
    }
}

void ready_to_go(void) {
    printf("prepared\n");
    fflush(stdout);
    await_file("ATTACK_GO");
}
