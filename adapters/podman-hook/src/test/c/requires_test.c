/* What counts as io.slim.require=true, and that nothing else does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "front.h"

static int failures;

static void expect(bool wanted, const char *json) {
    /* On the heap and without a final zero: reading past the end shows. */
    size_t size = strlen(json);
    char *copy = malloc(size ? size : 1);
    memcpy(copy, json, size);
    if (requires_slim(copy, size) != wanted) {
        fprintf(stderr, "expected %s: %s\n", wanted ? "true" : "false", json);
        failures++;
    }
    free(copy);
}

static void expect_deep(void) {
    enum { DEPTH = 1 << 20 };
    char *json = malloc(DEPTH * 2 + 128);
    char *at = json + sprintf(json, "{\"x\":");
    memset(at, '[', DEPTH);
    memset(at + DEPTH, ']', DEPTH);
    strcpy(at + DEPTH * 2, ",\"annotations\":{\"io.slim.require\":\"true\"}}");
    expect(true, json);
    free(json);
}

int main(void) {
    expect(true, "{\"annotations\":{\"io.slim.require\":\"true\"}}");
    expect(true,
           " {\n\"ociVersion\" : \"1.0\" , \"a\":{\"b\":[1,-2.5e3,null,{\"c\":\"}\"}]},\"annotations\" : { \"x\":\"y\", "
           "\"io.slim.require\" : \"true\" } }");
    expect(true, "{\"s\":\"\\\"annotations\\\\\",\"annotations\":{\"io.slim.require\":\"true\",");
    expect(false, "");
    expect(false, "{}");
    expect(false, "[]");
    expect(false, "{\"annotations\":{\"io.slim.require\":\"false\"}}");
    expect(false, "{\"annotations\":{\"io.slim.require\":true}}");
    expect(false, "{\"annotations\":{\"io.slim.required\":\"true\"}}");
    expect(false, "{\"annotations\":{\"io.slim.require\":\"true");
    expect(false, "{\"a\":{\"annotations\":{\"io.slim.require\":\"true\"}}}");
    expect(false, "{\"process\":{\"env\":[\"annotations\",\"io.slim.require\",\"true\"]}}");
    expect(false, "{\"annotations\":\"io.slim.require\",\"io.slim.require\":\"true\"}");
    expect(false, "\"annotations\":{\"io.slim.require\":\"true\"}");
    expect(false, "{\"a\":\"\\");
    expect(false, "{\"a\":]}");
    expect(false, "\x7f\x45\x4c\x46");
    expect_deep();
    if (!failures) printf("requires: ok\n");
    return failures ? 1 : 0;
}
