/*
 * libFuzzer target: what a process is started with, and what it sends and executes. All of the shim's core is linked, with real descriptors
 * behind it.
 */
#include "core/bytes.h"
#include "core/config.h"
#include "core/fresh.h"
#include "core/heir.h"
#include "core/hidden.h"
#include "core/process.h"
#include "core/program.h"
#include "core/rights.h"
#include "sys/syscall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VARIABLES 8
#define NAMES_MAGIC_BYTES "SLNN"

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int fresh_one;

int LLVMFuzzerInitialize(int *count, char ***arguments) {
    (void)count;
    (void)arguments;
    if (!process_start()) abort();
    fresh_one = sys_socket(AF_INET, SOCK_STREAM, 0);
    fresh_socket(fresh_one, AF_INET, SOCK_STREAM, 0);
    return 0;
}

/* Variables are separated by zero bytes; the first byte of each chooses its name. SLIM_LOG would write where the input says. */
static void environment(char *text, size_t size) {
    static const char *const NAMES[] = {"SLIM_PREFIX", "VNET_PREFIX", "SLIM_SOCKET", "SLIM_WAIT_MS"};
    static char space[VARIABLES][2048];
    char *variables[VARIABLES + 1] = {NULL};
    unsigned count = 0;
    for (char *at = text, *end = text + size; at < end && count < VARIABLES; at += strlen(at) + 1) {
        if (!*at) continue;
        snprintf(space[count], sizeof space[count], "%s=%s", NAMES[(unsigned char)*at % 4], at + 1);
        variables[count] = space[count];
        count++;
    }
    config_read(variables, false);
    if (config.active && (config.prefixes.count == 0 || config.prefixes.count > MAX_PREFIXES || config.wait_ms == 0)) abort();
    if (strnlen(config.socket_path, sizeof config.socket_path) == sizeof config.socket_path) abort();
}

/* Exactly as many bytes as the input has: what is read behind them is seen. */
static void control(const uint8_t *data, size_t size) {
    void *copy = malloc(size);
    if (!copy) return;
    memcpy(copy, data, size);
    struct msghdr message = {.msg_control = copy, .msg_controllen = size};
    rights_leave_with(&message);
    free(copy);
}

static int file_with(const char *start, const uint8_t *data, size_t size) {
    int file = (int)SYS2(__NR_memfd_create, "fuzz", 0);
    if (file < 0) abort();
    SYS3(__NR_write, file, start, strlen(start));
    SYS3(__NR_write, file, data, size);
    return file;
}

/* No interpreter: its path would be the input's choice. */
static void program(const uint8_t *data, size_t size) {
    char *const with_shim[] = {"SLIM_PREFIX=10.0.0.0/8", "LD_PRELOAD=/libslim.so", NULL};
    char path[64];
    int file = file_with("\177ELF\2", data, size);
    program_will_have_shim(program_at(file, "", path, sizeof path), with_shim);
    sys_close(file);
}

/* Names that came over exec lie where the shim has its own descriptors. */
static void names(const uint8_t *data, size_t size) {
    int file = file_with(NAMES_MAGIC_BYTES, data, size), place = hidden_base();
    if (sys_dup3(file, place, 0) != place) abort();
    sys_close(file);
    heir_take_up();
    sys_close(place);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    char *text = malloc(size);
    if (!text) return 0;
    memcpy(text, data + 1, size - 1);
    text[size - 1] = 0;
    switch (data[0] % 4) {
        case 0:
            environment(text, size);
            break;
        case 1:
            control(data + 1, size - 1);
            break;
        case 2:
            program(data + 1, size - 1);
            break;
        default:
            names(data + 1, size - 1);
            break;
    }
    free(text);
    return 0;
}
