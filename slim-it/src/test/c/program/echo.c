/*
 * serve PORT: tells each client who it is, then sends back what it receives; one client after the other, blocking calls only, until SIGTERM.
 * talk ADDRESS PORT BYTES: prints the names that both ends see, sends the bytes and checks what comes back; with poll, non-blocking.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 65536, LINE = 64 };

static int checked(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

static struct sockaddr_in endpoint(const char *address, const char *port)
{
	struct sockaddr_in endpoint = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};

	inet_pton(AF_INET, address, &endpoint.sin_addr);
	return endpoint;
}

static void describe(char line[LINE], const struct sockaddr_in *client, const struct sockaddr_in *server)
{
	char from[INET_ADDRSTRLEN], to[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &client->sin_addr, from, sizeof from);
	inet_ntop(AF_INET, &server->sin_addr, to, sizeof to);
	memset(line, 0, LINE);
	snprintf(line, LINE, "%s -> %s\n", from, to);
}

static void names(int fd, struct sockaddr_in *own, struct sockaddr_in *peer)
{
	socklen_t length = sizeof *own;

	checked(getsockname(fd, (struct sockaddr *)own, &length), "getsockname");
	length = sizeof *peer;
	checked(getpeername(fd, (struct sockaddr *)peer, &length), "getpeername");
}

static void serve(const char *port)
{
	static char data[BUFFER];
	struct sockaddr_in own = endpoint("0.0.0.0", port), peer;
	int one = 1, listener = checked(socket(AF_INET, SOCK_STREAM, 0), "socket");

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	checked(bind(listener, (struct sockaddr *)&own, sizeof own), "bind");
	checked(listen(listener, 16), "listen");
	for (;;) {
		char line[LINE];
		int client = checked(accept(listener, NULL, NULL), "accept");

		names(client, &own, &peer);
		describe(line, &peer, &own);
		checked((int)write(client, line, sizeof line), "write");
		for (ssize_t size; (size = read(client, data, sizeof data)) > 0;)
			checked((int)send(client, data, (size_t)size, MSG_NOSIGNAL), "send");
		close(client);
	}
}

static int connected(const struct sockaddr_in *server)
{
	int error, fd = checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
	socklen_t length = sizeof error;
	struct pollfd writable = {.fd = fd, .events = POLLOUT};

	if (connect(fd, (const struct sockaddr *)server, sizeof *server) < 0 && errno != EINPROGRESS)
		checked(-1, "connect");
	checked(poll(&writable, 1, 10000) - 1, "poll");
	checked(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length), "getsockopt");
	errno = error;
	checked(-!!error, "connect");
	return fd;
}

/* Byte n of the stream is n modulo 251, which is no divisor of any buffer's size. */
static void exchange(int fd, long bytes)
{
	static char out[BUFFER], in[BUFFER];
	long sent = 0, received = 0;

	while (received < bytes) {
		struct pollfd ready = {.fd = fd, .events = sent < bytes ? POLLIN | POLLOUT : POLLIN};

		checked(poll(&ready, 1, 10000) - 1, "poll");
		if (ready.revents & POLLOUT) {
			size_t size = bytes - sent < BUFFER ? (size_t)(bytes - sent) : BUFFER;
			for (size_t i = 0; i < size; i++)
				out[i] = (char)((sent + (long)i) % 251);
			ssize_t written = write(fd, out, size);
			if (written < 0 && errno != EAGAIN)
				checked(-1, "write");
			sent += written > 0 ? written : 0;
		}
		if (ready.revents & POLLIN) {
			ssize_t size = checked((int)read(fd, in, BUFFER), "read");
			for (ssize_t i = 0; i < size; i++) {
				errno = EIO;
				checked(in[i] == (char)((received + i) % 251) ? 0 : -1, "another byte than was sent");
			}
			errno = EPIPE;
			checked((int)size - 1, "end of stream");
			received += size;
		}
	}
}

static void talk(const char *address, const char *port, long bytes)
{
	struct sockaddr_in server = endpoint(address, port), own, peer;
	char line[LINE];
	int fd = connected(&server);
	struct pollfd readable = {.fd = fd, .events = POLLIN};

	names(fd, &own, &peer);
	describe(line, &own, &peer);
	fputs(line, stdout);
	checked(poll(&readable, 1, 10000) - 1, "poll");
	checked((int)recv(fd, line, sizeof line, MSG_WAITALL), "recv");
	fputs(line, stdout);
	exchange(fd, bytes);
}

int main(int count, char **arguments)
{
	if (count == 3)
		serve(arguments[2]);
	talk(arguments[2], arguments[3], atol(arguments[4]));
	return 0;
}
