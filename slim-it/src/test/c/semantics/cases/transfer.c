/* A large transfer: every byte arrives, in order. 64 MiB; SEMANTICS_SIZE=16 makes it 1 GiB. */
#include "semantics.h"

#define CHUNK (256 * 1024)
#define CHUNKS 256ull

static unsigned char data[CHUNK];

/* A stream of which every part is different, so that a lost, doubled or exchanged piece shows. */
static void fill(uint64_t *state) {
    for (size_t i = 0; i < CHUNK; i += sizeof *state) {
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        memcpy(data + i, state, sizeof *state);
    }
}

static uint64_t checksum(uint64_t sum, const unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) sum = (sum ^ bytes[i]) * 1099511628211u;
    return sum;
}

#define START 14695981039346656037u

static void send_stream(int fd) {
    uint64_t state = 42, sum = START;
    for (uint64_t i = 0; i < CHUNKS * (unsigned)scene.size; i++) {
        fill(&state);
        sum = checksum(sum, data, CHUNK);
        for (size_t sent = 0; sent < CHUNK;) sent += (size_t)MUST(send(fd, data + sent, CHUNK - sent, MSG_NOSIGNAL));
    }
    STEP(shutdown(fd, SHUT_WR));
    say("sent: %016llx", (unsigned long long)sum);
}

static void receive_stream(int fd) {
    uint64_t sum = START, bytes = 0;
    for (ssize_t size; (size = (ssize_t)MUST(recv(fd, data, CHUNK, 0))) > 0; bytes += (uint64_t)size) {
        sum = checksum(sum, data, (size_t)size);
    }
    say("received: %llu bytes, %016llx", (unsigned long long)bytes, (unsigned long long)sum);
}

static void server(void) {
    int listener = new_listener(0);
    announce(listener);
    int fd = accept_one(listener);
    receive_stream(fd);
    send_stream(fd);
}

static void client(void) {
    int fd = dial();
    send_stream(fd);
    receive_stream(fd);
}

SEMANTICS_CASE(transfer, "transfer", SLIM, V4, server, client);
