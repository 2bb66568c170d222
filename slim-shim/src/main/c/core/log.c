#include "log.h"

#include "../sys/syscall.h"
#include "bytes.h"
#include "config.h"

struct line {
    char text[512];
    size_t length;
};

static void put_text(struct line *line, const char *text) {
    while (*text && line->length < sizeof line->text - 1) line->text[line->length++] = *text++;
}

static void put_number(struct line *line, long number) {
    char digits[24];
    int at = sizeof digits - 1;
    unsigned long value = number < 0 ? -(unsigned long)number : (unsigned long)number;
    digits[at] = 0;
    do digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    if (number < 0) put_text(line, "-");
    put_text(line, digits + at);
}

static void put_group(struct line *line, unsigned value) {
    static const char HEX[] = "0123456789abcdef";
    char text[5] = {0};
    int used = 0;
    for (int shift = 12; shift >= 0; shift -= 4) {
        unsigned digit = value >> shift & 0xf;
        if (digit || used || shift == 0) text[used++] = HEX[digit];
    }
    put_text(line, text);
}

static void put_endpoint(struct line *line, const struct endpoint *endpoint) {
    if (endpoint_is_v4(endpoint)) {
        for (int i = 12; i < 16; i++) {
            if (i > 12) put_text(line, ".");
            put_number(line, endpoint->address[i]);
        }
    } else {
        put_text(line, "[");
        for (int i = 0; i < 16; i += 2) {
            if (i > 0) put_text(line, ":");
            put_group(line, (unsigned)endpoint->address[i] << 8 | endpoint->address[i + 1]);
        }
        put_text(line, "]");
    }
    put_text(line, ":");
    put_number(line, endpoint->port);
}

static bool begin(struct line *line, const char *event) {
    if (!config.log_path[0]) return false;
    line->length = 0;
    put_text(line, "slim[");
    put_number(line, sys_getpid());
    put_text(line, "] ");
    put_text(line, event);
    return true;
}

static void end(struct line *line) {
    put_text(line, "\n");
    line->text[line->length - 1] = '\n';
    long fd = SYS4(__NR_openat, AT_FDCWD, config.log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0644);
    if (fd < 0) return;
    SYS3(__NR_write, fd, line->text, line->length);
    sys_close((int)fd);
}

void log_text(const char *event, const char *detail) {
    struct line line;
    if (!begin(&line, event)) return;
    put_text(&line, ": ");
    put_text(&line, detail ? detail : "");
    end(&line);
}

void log_number(const char *event, long number) {
    struct line line;
    if (!begin(&line, event)) return;
    put_text(&line, ": ");
    put_number(&line, number);
    end(&line);
}

void log_endpoint(const char *event, const struct endpoint *endpoint, const char *detail) {
    struct line line;
    if (!begin(&line, event)) return;
    put_text(&line, " ");
    put_endpoint(&line, endpoint);
    put_text(&line, ": ");
    put_text(&line, detail);
    end(&line);
}

void log_verdict(const char *event, const struct endpoint *endpoint, unsigned reason) {
    static const char *const NAMES[] = {"NONE",           "NOT_OVERLAY", "UNKNOWN_ADDRESS", "NO_PEER",  "NO_LISTENER", "POLICY",   "LIMIT",
                                        "NOT_IDENTIFIED", "TIMEOUT",     "UNSUPPORTED",     "INTERNAL", "NO_PROOF",    "ENCRYPTED", "CAPABILITY"};
    log_endpoint(event, endpoint, reason < sizeof NAMES / sizeof *NAMES ? NAMES[reason] : "reason of a newer router");
}
