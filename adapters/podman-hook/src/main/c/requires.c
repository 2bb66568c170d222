/*
 * Looks for one annotation in a configuration, for the case that there is no router to ask: {"annotations": {"io.slim.require": "true"}}.
 * Needs no memory, whatever the depth, and one pass. What is no JSON has no annotations.
 */
#include <string.h>

#include "front.h"

struct reader {
    const char *at;
    const char *end;
};

static char peek(struct reader *in) {
    while (in->at < in->end && (*in->at == ' ' || *in->at == '\t' || *in->at == '\n' || *in->at == '\r')) in->at++;
    return in->at < in->end ? *in->at : 0;
}

static bool take(struct reader *in, char wanted) {
    if (peek(in) != wanted) return false;
    in->at++;
    return true;
}

/* A string, as it is written; what is escaped in it is left so, which no writer does to letters and dots. */
static bool read_string(struct reader *in, const char **text, size_t *size) {
    if (!take(in, '"')) return false;
    const char *start = in->at;
    for (; in->at < in->end; in->at++) {
        if (*in->at == '\\') {
            in->at++;
        } else if (*in->at == '"') {
            *text = start;
            *size = (size_t)(in->at++ - start);
            return true;
        }
    }
    in->at = in->end;
    return false;
}

static bool skip_value(struct reader *in) {
    const char *text;
    size_t size;
    size_t depth = 0;
    do {
        char next = peek(in);
        if (next == '"') {
            if (!read_string(in, &text, &size)) return false;
            continue;
        }
        if (next == 0) return false;
        if (next == '{' || next == '[') depth++;
        if (next == '}' || next == ']') {
            if (depth == 0) return false;
            depth--;
        }
        bool word = next != '{' && next != '[' && next != '}' && next != ']' && next != ',' && next != ':';
        in->at++;
        while (word && in->at < in->end && !strchr("{}[],:\" \t\r\n", *in->at)) in->at++;
    } while (depth > 0);
    return true;
}

static bool is(const char *text, size_t size, const char *wanted) { return size == strlen(wanted) && memcmp(text, wanted, size) == 0; }

/* Goes to the value of a key of the object that begins here. Of several of the same name the first counts. */
static bool enter(struct reader *in, const char *wanted) {
    if (!take(in, '{')) return false;
    while (peek(in) == '"') {
        const char *key;
        size_t size;
        if (!read_string(in, &key, &size) || !take(in, ':')) return false;
        if (is(key, size, wanted)) return true;
        if (!skip_value(in) || !take(in, ',')) return false;
    }
    return false;
}

bool requires_slim(const char *json, size_t size) {
    struct reader in = {json, json + size};
    const char *value;
    size_t length;
    return enter(&in, "annotations") && enter(&in, "io.slim.require") && peek(&in) == '"' && read_string(&in, &value, &length) &&
           is(value, length, "true");
}
