#include "config.h"

#include "../sys/syscall.h"
#include "bytes.h"
#include "log.h"

#define DEFAULT_SOCKET "/run/slim/slim.sock"
/* For programs whose environment was emptied, and that have the library by /etc/ld.so.preload: beside the socket, where adapters put it. */
#define PREFIX_FILE "/run/slim/prefix"
#define DEFAULT_WAIT_MS 100
#define MAX_WAIT_MS 10000

struct config config;

static const char *lookup(char *const *environment, const char *name) {
    size_t length = text_length(name);
    for (; environment && *environment; environment++) {
        const char *entry = *environment;
        size_t i = 0;
        while (i < length && entry[i] == name[i]) i++;
        if (i == length && entry[i] == '=') return entry + i + 1;
    }
    return NULL;
}

static bool copy_path(char *to, size_t size, const char *from) {
    size_t length = text_length(from);
    if (length >= size) return false;
    bytes_copy(to, from, length + 1);
    return true;
}

static uint32_t parse_wait(const char *text) {
    uint32_t value = 0;
    if (!text || !*text) return DEFAULT_WAIT_MS;
    for (; *text >= '0' && *text <= '9' && value <= MAX_WAIT_MS; text++) value = value * 10 + (uint32_t)(*text - '0');
    return *text || value == 0 || value > MAX_WAIT_MS ? DEFAULT_WAIT_MS : value;
}

static const char *prefix_text(char *const *environment) {
    const char *prefix = lookup(environment, "SLIM_PREFIX");
    return prefix ? prefix : lookup(environment, "VNET_PREFIX"); /* the original's name */
}

/* The file's first line. False: there is none. */
static bool read_prefix_file(char *text, size_t size) {
    long fd = SYS4(__NR_openat, AT_FDCWD, PREFIX_FILE, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    if (fd < 0) return false;
    long length = SYS3(__NR_read, fd, text, size - 1);
    sys_close((int)fd);
    if (length <= 0) return false;
    text[length] = 0;
    for (char *at = text; *at; at++) {
        if (*at == '\n') *at = 0;
    }
    return *text != 0;
}

bool config_switched_on(char *const *environment) {
    char text[64];
    const char *disable = lookup(environment, "SLIM_DISABLE");
    if (disable && *disable && !text_equal(disable, "0")) return false;
    return prefix_text(environment) || read_prefix_file(text, sizeof text);
}

void config_read(char **environment, bool secure) {
    char text[1024];
    config.active = false;
    if (secure) return;
    const char *prefix = prefix_text(environment);
    const char *socket = lookup(environment, "SLIM_SOCKET");
    const char *log = lookup(environment, "SLIM_LOG");
    if (log && !copy_path(config.log_path, sizeof config.log_path, log)) config.log_path[0] = 0;
    if (!config_switched_on(environment)) return;
    if (!prefix && read_prefix_file(text, sizeof text)) prefix = text;
    if (!prefix) return;
    if (!prefixes_parse(&config.prefixes, prefix)) {
        log_text("SLIM_PREFIX not understood, Slim is off (expected a.b.c.d/n or x:y::/n, separated by commas)", prefix);
        return;
    }
    if (!copy_path(config.socket_path, sizeof config.socket_path, socket && *socket ? socket : DEFAULT_SOCKET)) {
        log_text("SLIM_SOCKET is longer than 107 characters, Slim is off", socket);
        return;
    }
    config.wait_ms = parse_wait(lookup(environment, "SLIM_WAIT_MS"));
    config.active = true;
}
