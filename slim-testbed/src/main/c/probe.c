/*
 * slim-probe: an ordinary TCP client and server that knows nothing of Slim. It measures what an application sees.
 *
 *   slim-probe serve PORT                  accepts on PORT, sends back what it receives
 *   slim-probe rr HOST PORT SECONDS [SIZE] SIZE bytes (64) there and back, over one connection
 *   slim-probe connect HOST PORT COUNT     time of a blocking connect() alone
 *   slim-probe answer HOST PORT COUNT      time from connect() until the server has accepted and sent one byte back
 *
 * The clients print one line of JSON, times in microseconds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 64, MAX_MESSAGE = 65536, EVENTS = 64, BUFFER = 16384, MAX_SAMPLES = 1 << 22 };

static void fail(const char *what)
{
	fprintf(stderr, "slim-probe: %s: %s\n", what, strerror(errno));
	exit(1);
}

static long number(const char *text, const char *name, long low, long high)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || value < low || value > high) {
		fprintf(stderr, "slim-probe: %s: \"%s\" (expected: %ld ... %ld)\n", name, text, low, high);
		exit(2);
	}
	return value;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- server ---------------------------------------------------------------------------------------------------- */

static int listen_on(uint16_t port)
{
	struct sockaddr_in6 any6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	int one = 1, zero = 0;
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int v6 = fd >= 0;

	if (!v6 && (fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) < 0)
		fail("socket");
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0)
		fail("SO_REUSEADDR");
	if (v6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero) < 0)
		fail("IPV6_V6ONLY");
	if (bind(fd, v6 ? (struct sockaddr *)&any6 : (struct sockaddr *)&any4, v6 ? sizeof any6 : sizeof any4) < 0)
		fail("bind");
	if (listen(fd, 1024) < 0)
		fail("listen");
	return fd;
}

static void accept_all(int listener, int epoll)
{
	int one = 1;

	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

		if (fd < 0) {
			if (errno == EINTR || errno == ECONNABORTED)
				continue;
			if (errno == EAGAIN)
				return;
			fail("accept");
		}
		/* A connection that was reset meanwhile refuses the option; its read reports that. */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
			fail("epoll_ctl");
	}
}

/* Messages are small and answered at once: one that cannot be written whole ends its connection. */
static void echo(int fd)
{
	char buffer[BUFFER];
	ssize_t n = read(fd, buffer, sizeof buffer);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || send(fd, buffer, (size_t)n, MSG_NOSIGNAL) != n)
		close(fd);
}

static void serve(uint16_t port)
{
	struct epoll_event events[EVENTS];
	int listener = listen_on(port);
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event listening = {.events = EPOLLIN, .data.fd = listener};

	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &listening) < 0)
		fail("epoll");
	for (;;) {
		int n = epoll_wait(epoll, events, EVENTS, -1);

		if (n < 0 && errno != EINTR)
			fail("epoll_wait");
		for (int i = 0; i < n; i++) {
			if (events[i].data.fd == listener)
				accept_all(listener, epoll);
			else
				echo(events[i].data.fd);
		}
	}
}

/* ---- clients --------------------------------------------------------------------------------------------------- */

static struct addrinfo *resolve(const char *host, const char *port)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *found;
	int error = getaddrinfo(host, port, &hints, &found);

	if (error != 0) {
		fprintf(stderr, "slim-probe: %s: %s\n", host, gai_strerror(error));
		exit(1);
	}
	return found;
}

static int new_socket(const struct addrinfo *to)
{
	int fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		fail("socket");
	return fd;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static double quantile_us(const uint32_t *sorted, size_t count, unsigned per_mille)
{
	return (double)sorted[(count - 1) * per_mille / 1000] / 1000.0;
}

static void print_times(uint32_t *ns, size_t count)
{
	if (count == 0) {
		fprintf(stderr, "slim-probe: nothing was measured\n");
		exit(1);
	}
	qsort(ns, count, sizeof *ns, compare);
	printf("{\"count\":%zu,\"min_us\":%.2f,\"p50_us\":%.2f,\"p90_us\":%.2f,\"p99_us\":%.2f,\"p999_us\":%.2f,\"max_us\":%.2f}\n", count,
	       quantile_us(ns, count, 0), quantile_us(ns, count, 500), quantile_us(ns, count, 900),
	       quantile_us(ns, count, 990), quantile_us(ns, count, 999), quantile_us(ns, count, 1000));
}

static uint32_t *new_samples(size_t count)
{
	uint32_t *samples = calloc(count, sizeof *samples);

	if (samples == NULL)
		fail("calloc");
	return samples;
}

static uint32_t clamp(uint64_t ns)
{
	return ns > UINT32_MAX ? UINT32_MAX : (uint32_t)ns;
}

static void exchange(int fd, char *message, size_t size)
{
	size_t received = 0;

	if (send(fd, message, size, MSG_NOSIGNAL) != (ssize_t)size)
		fail("send");
	while (received < size) {
		ssize_t n = recv(fd, message + received, size - received, 0);

		if (n == 0)
			errno = ECONNRESET;
		if (n <= 0)
			fail("recv");
		received += (size_t)n;
	}
}

static void request_response(const char *host, const char *port, long seconds, size_t size)
{
	static char message[MAX_MESSAGE];
	uint32_t *samples = new_samples(MAX_SAMPLES);
	struct addrinfo *to = resolve(host, port);
	int fd = new_socket(to);
	size_t count = 0;
	int one = 1;

	if (connect(fd, to->ai_addr, to->ai_addrlen) < 0)
		fail("connect");
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) < 0)
		fail("TCP_NODELAY");
	for (int warm_up = 0; warm_up < 1000; warm_up++)
		exchange(fd, message, size);

	uint64_t end = now_ns() + (uint64_t)seconds * 1000000000u, before;
	while (count < MAX_SAMPLES && (before = now_ns()) < end) {
		exchange(fd, message, size);
		samples[count++] = clamp(now_ns() - before);
	}
	print_times(samples, count);
	free(samples);
	freeaddrinfo(to);
	close(fd);
}

static void connect_times(const char *host, const char *port, long count, int answered)
{
	/* Closed by reset: no TIME_WAIT stays at either end, so that ports do not run out. */
	struct linger reset = {.l_onoff = 1, .l_linger = 0};
	char message[1] = {0};
	uint32_t *samples = new_samples((size_t)count);
	struct addrinfo *to = resolve(host, port);

	for (long i = 0; i < count; i++) {
		int fd = new_socket(to);
		uint64_t before = now_ns();

		if (connect(fd, to->ai_addr, to->ai_addrlen) < 0)
			fail("connect");
		if (answered)
			exchange(fd, message, sizeof message);
		samples[i] = clamp(now_ns() - before);
		if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) < 0)
			fail("SO_LINGER");
		close(fd);
	}
	print_times(samples, (size_t)count);
	free(samples);
	freeaddrinfo(to);
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "serve") == 0) {
		serve((uint16_t)number(argv[2], "PORT", 1, 65535));
	} else if ((argc == 5 || argc == 6) && strcmp(argv[1], "rr") == 0) {
		size_t size = argc == 6 ? (size_t)number(argv[5], "SIZE", 1, MAX_MESSAGE) : MESSAGE;
		request_response(argv[2], argv[3], number(argv[4], "SECONDS", 1, 3600), size);
	} else if (argc == 5 && (strcmp(argv[1], "connect") == 0 || strcmp(argv[1], "answer") == 0)) {
		connect_times(argv[2], argv[3], number(argv[4], "COUNT", 1, MAX_SAMPLES), argv[1][0] == 'a');
	} else {
		fprintf(stderr, "usage: slim-probe serve PORT | rr HOST PORT SECONDS [SIZE] | connect HOST PORT COUNT | answer HOST PORT COUNT\n");
		return 2;
	}
	return 0;
}
