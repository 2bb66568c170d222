/*
 * slim-podman-hook, the front: what Podman runs for each container, and what stands before the runtime as slim-runc. It asks the router of
 * this host and passes on what comes back. Whatever goes wrong, the container starts as it would have without Slim, unless it demands it
 * (annotation io.slim.require=true).
 *
 * A JVM per container would cost a third of a second; this costs a few milliseconds.
 */
#ifndef SLIM_PODMAN_FRONT_H
#define SLIM_PODMAN_FRONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A configuration that is longer is passed through as it is. */
#define LONGEST_DOCUMENT (16u << 20)
/* What an answer may be longer than its question. */
#define LONGEST_ADDITION (1u << 20)
#define LONGEST_REASON 1024

struct buffer {
    char *data;
    size_t size;
};

/* How to get at the router. */
struct options {
    const char *socket;  /* of the router */
    const char *lock;    /* held by a router that was started from here, for as long as it lives */
    const char *starter; /* program that becomes a router; NULL: none is started */
    const char *log;     /* where it writes */
    int wait_ms;
};

/* Types of questions; docs/hook-protocol.md. */
enum question { EDIT = 1, CREATED = 2, ENDED = 3 };

/* The container asks for Slim by the runtime it was given, not by an annotation. */
#define FLAG_BY_RUNTIME 1
/* This front tells what comes with a new configuration. */
#define FLAG_NOTES 2

enum outcome { EDITED = 1, UNCHANGED = 2, REFUSED = 3, FAILED = 4 };

struct answer {
    enum outcome outcome;
    struct buffer document;      /* the new configuration, if EDITED */
    char reason[LONGEST_REASON]; /* for people; may be empty if UNCHANGED or EDITED */
};

/* exchange.c: asks the router, starts one if there is none. Takes no longer than options->wait_ms. */
struct answer ask(const struct options *options, enum question type, unsigned flags, const char *id, struct buffer document);
uint64_t now_ms(void);
int connect_router(const char *path);

/* start.c: sees to it that one router is being started. False: none can be, with the reason. */
bool start_router(const struct options *options, char reason[LONGEST_REASON]);

/* documents.c */
/* Reads up to LONGEST_DOCUMENT bytes. False with errno 0 if there is more; what was read is in the buffer then. */
bool read_document(int fd, struct buffer *into);
bool write_all(int fd, const char *data, size_t size);
/* Passes on what was not read yet. */
bool pass_on(int from, int to);

/* requires.c: whether the configuration has the annotation io.slim.require=true. Of what is no JSON: false. */
bool requires_slim(const char *json, size_t size);

/* tell.c: tells people: standard error, that of the process that called this one, the system's log. */
void tell(bool also_parent, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* runtime.c: slim-runc. Does not return if all is well. */
int runtime_main(int argc, char **argv, const struct options *options);

#endif
