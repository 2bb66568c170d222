/*
 * What lies in the maps, byte by byte. The router writes and reads the same with io.slim.router.confine.Layout; a test compares the two
 * with what the compiler makes of this file. A change of anything here is a new SLIM_LAYOUT: the router then starts with new maps, in new
 * directories, while the old ones keep confining the sockets that they know.
 *
 * Addresses are IPv6, IPv4 ones v4-mapped. Ports are in network order, other numbers in the machine's. Times are CLOCK_MONOTONIC in ns.
 */
#ifndef SLIM_LAYOUT_H
#define SLIM_LAYOUT_H

#include <linux/types.h>

#define SLIM_LAYOUT 3

struct slim_config {
    __u32 has_set_retval; /* Linux 5.18 */
    __u32 host_share;     /* half-done handshakes that one client host may have */
    __u32 flow_log;       /* whether the ends of connections are told */
};

/* What a host socket is. 0 is nothing: a value that nobody has written allows nothing. */
enum slim_kind {
    SLIM_UNSEALED = 1, /* the vault or the router is making it; nobody else has it */
    SLIM_CLIENT = 2,   /* may connect to its container's destinations */
    SLIM_SHADOW = 3,   /* may listen */
    SLIM_CHILD = 4,    /* accepted from a shadow */
    SLIM_DEAD = 5,     /* has tried what it must not; can do nothing any more */
};

#define SLIM_USED 1    /* a connect has been let through */
#define SLIM_LIMITED 4 /* counts among those that share their container's rate */
#define SLIM_COUNTED 2 /* counts among its container's sockets until it is closed */
#define SLIM_BY_VAULT 8 /* binding makes a client of it, as long as the router has not said what it shall be */

struct slim_address {
    __u8 bytes[16];
};

struct slim_entry {
    __u8 local[16];  /* what getsockname shows */
    __u8 remote[16]; /* what getpeername shows */
    __u8 key[16];
    __u64 send_rate; /* bytes per second, 0 = not limited */
    __u64 since;     /* when the connection began, if its end is told */
    __u32 container;
    __u32 listener;
    __u32 grant;
    __u8 kind;
    __u8 flags;
    __be16 local_port;  /* a client's is the socket's own */
    __be16 remote_port; /* a child's is the socket's own */
    __u16 spare[3];
};

struct slim_destination_key {
    __u32 container;
    __be16 port;
    __u16 spare;
    __u8 address[16];
};

#define SLIM_BACKENDS 4

struct slim_backend {
    __u8 host[16];
    __u8 self[16]; /* the client's overlay address */
    __u8 key[16];
    __u64 valid_until;
    __u64 send_rate;
    __u32 grant;
    __u32 peer;
    __be16 port;
    __u16 weight;
    __u32 spare;
};

struct slim_destination {
    __u64 overlay_until; /* not 0: an order to use the overlay until then */
    __u64 last_used;     /* written by the kernel */
    __u32 backends;      /* how many there are; each connection takes one, by weight */
    __u32 overlay_weight; /* the share of those that are behind it and cannot be reached past the overlay */
    __u32 connects;      /* let through so far; written by the kernel */
    __u32 unused;
    struct slim_backend backend[SLIM_BACKENDS];
};

struct slim_key {
    __u8 bytes[16];
    __u64 valid_until;
};

struct slim_grant {
    __u8 client_host[16];
    __u8 client[16];
    __u8 destination[16];
    struct slim_key keys[2]; /* of now, and the one before */
    __u32 listener;
    __be16 destination_port;
    __u16 spare;
};

struct slim_verdict_key {
    __u8 address[16];
    __be16 port;
    __be16 local_port;
};

/* A client host's share of half-done handshakes: one more for each SYN, one less for each that is done; what is never done runs out. */
struct slim_host {
    __u64 since;
    __s64 half_done;
};

/* A TCP header that is being read. */
struct slim_scratch {
    __u8 bytes[64];
};

/* A connection that has ended. */
struct slim_flow {
    __u8 local[16];
    __u8 remote[16];
    __u64 since;
    __u64 until;
    __u64 sent;     /* and acknowledged */
    __u64 received; /* in order */
    __u32 container;
    __u32 retransmits;
    __u32 rtt_us;
    __be16 local_port;
    __be16 remote_port;
    __u8 kind;
    __u8 spare[7];
};

struct slim_container {
    __u8 name[64];
    __u64 socket_limit;
    /* Written by the kernel. */
    __u64 sockets;
    __u64 connects;
    __u64 unknown;
    __u64 accepted;
    __s64 limited; /* connections that share its rate */
    __u64 made;    /* clients by its vault */
};

/* Why something was refused; the router's names for them are in Denial. */
enum slim_denial {
    SLIM_NO_ENTRY,
    SLIM_CONNECT_KIND,
    SLIM_CONNECT_OTHER,
    SLIM_CONNECT_UNKNOWN,
    SLIM_CONNECT_OVERLAY,
    SLIM_BIND,
    SLIM_SOCKET_LIMIT,
    SLIM_SOCKET_CREATE,
    SLIM_LISTEN,
    SLIM_SET_OPTION,
    SLIM_GET_OPTION,
    SLIM_PACKET_NO_SHADOW,
    SLIM_PACKET_MALFORMED,
    SLIM_PACKET_NO_VERDICT,
    SLIM_SYN_OPTION,
    SLIM_SYN_GRANT,
    SLIM_SYN_EXPIRED,
    SLIM_SYN_MAC,
    SLIM_SYN_SHARE,
    SLIM_CHILD_NAMELESS,
    SLIM_DENIALS,
};

/* The option in a SYN: kind 254 (RFC 6994), this experiment's number, the grant and the code. */
#define SLIM_OPTION_KIND 254
#define SLIM_OPTION_LENGTH 16
#define SLIM_OPTION_MAGIC 0x511d

struct slim_option {
    __u8 kind;
    __u8 length;
    __be16 magic;
    __be32 grant;
    __u8 code[8];
};

#endif
