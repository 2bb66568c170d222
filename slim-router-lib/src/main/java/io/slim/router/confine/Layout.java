package io.slim.router.confine;

import io.slim.api.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import jnr.ffi.Pointer;

/**
 * Where everything lies in the kernel's maps: the same as {@code src/main/bpf/layout.h}, with which a test compares it. Addresses are 16 bytes, IPv4 ones
 * v4-mapped; ports in network order; other numbers in the machine's.
 */
final class Layout {

    static final int VERSION = 3;

    static final int UNSEALED = 1;
    static final int CLIENT = 2;
    static final int SHADOW = 3;
    static final int CHILD = 4;
    static final int DEAD = 5;
    static final int USED = 1;
    static final int COUNTED = 2;
    static final int LIMITED = 4;

    static final int ENTRY = 88;
    static final int ENTRY_LOCAL = 0;
    static final int ENTRY_REMOTE = 16;
    static final int ENTRY_KEY = 32;
    static final int ENTRY_SEND_RATE = 48;
    static final int ENTRY_CONTAINER = 64;
    static final int ENTRY_LISTENER = 68;
    static final int ENTRY_GRANT = 72;
    static final int ENTRY_KIND = 76;
    static final int ENTRY_FLAGS = 77;
    static final int ENTRY_LOCAL_PORT = 78;
    static final int ENTRY_REMOTE_PORT = 80;

    static final int DESTINATION_KEY = 24;
    static final int DESTINATION_KEY_CONTAINER = 0;
    static final int DESTINATION_KEY_PORT = 4;
    static final int DESTINATION_KEY_ADDRESS = 8;

    static final int BACKEND = 80;
    static final int BACKEND_HOST = 0;
    static final int BACKEND_SELF = 16;
    static final int BACKEND_KEY = 32;
    static final int BACKEND_VALID_UNTIL = 48;
    static final int BACKEND_SEND_RATE = 56;
    static final int BACKEND_GRANT = 64;
    static final int BACKEND_PEER = 68;
    static final int BACKEND_PORT = 72;
    static final int BACKEND_WEIGHT = 74;

    static final int DESTINATION = 352;
    static final int DESTINATION_OVERLAY_UNTIL = 0;
    static final int DESTINATION_LAST_USED = 8;
    static final int DESTINATION_BACKENDS = 16;
    static final int DESTINATION_OVERLAY_WEIGHT = 20;
    static final int DESTINATION_CONNECTS = 24;
    /** As many as there is room for. */
    static final int MOST_BACKENDS = 4;

    static final int DESTINATION_BACKEND = 32;

    static final int KEY = 24;
    static final int KEY_BYTES = 0;
    static final int KEY_VALID_UNTIL = 16;

    static final int GRANT = 104;
    static final int GRANT_CLIENT_HOST = 0;
    static final int GRANT_CLIENT = 16;
    static final int GRANT_DESTINATION = 32;
    static final int GRANT_KEYS = 48;
    static final int GRANT_LISTENER = 96;
    static final int GRANT_DESTINATION_PORT = 100;

    static final int VERDICT_KEY = 20;
    static final int HOST = 16;

    static final int FLOW = 88;
    static final int FLOW_LOCAL = 0;
    static final int FLOW_REMOTE = 16;
    static final int FLOW_SINCE = 32;
    static final int FLOW_UNTIL = 40;
    static final int FLOW_SENT = 48;
    static final int FLOW_RECEIVED = 56;
    static final int FLOW_CONTAINER = 64;
    static final int FLOW_RETRANSMITS = 68;
    static final int FLOW_RTT_US = 72;
    static final int FLOW_LOCAL_PORT = 76;
    static final int FLOW_REMOTE_PORT = 78;
    static final int FLOW_KIND = 80;

    static final int CONTAINER = 120;
    static final int CONTAINER_NAME = 0;
    static final int CONTAINER_SOCKET_LIMIT = 64;
    static final int CONTAINER_SOCKETS = 72;
    static final int CONTAINER_CONNECTS = 80;
    static final int CONTAINER_UNKNOWN = 88;
    static final int CONTAINER_ACCEPTED = 96;
    static final int CONTAINER_LIMITED = 104;
    static final int CONTAINER_MADE = 112;
    static final int LONGEST_NAME = 63;

    private static final int ADDRESS = 16;

    private Layout() {}

    static void putAddress(Pointer memory, long at, InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == ADDRESS) {
            memory.put(at, bytes, 0, ADDRESS);
        } else {
            memory.setMemory(at, ADDRESS, (byte) 0);
            memory.putShort(at + 10, (short) 0xffff);
            memory.put(at + 12, bytes, 0, bytes.length);
        }
    }

    static InetAddress address(Pointer memory, long at) {
        byte[] bytes = new byte[ADDRESS];
        memory.get(at, bytes, 0, ADDRESS);
        try {
            return InetAddress.getByAddress(bytes); // v4-mapped becomes IPv4
        } catch (UnknownHostException e) {
            throw new AssertionError("16 bytes are an address", e);
        }
    }

    static void putPort(Pointer memory, long at, int port) {
        memory.putByte(at, (byte) (port >> 8));
        memory.putByte(at + 1, (byte) port);
    }

    static int port(Pointer memory, long at) {
        return (memory.getByte(at) & 0xff) << 8 | (memory.getByte(at + 1) & 0xff);
    }

    static Endpoint endpoint(Pointer memory, long address, long port) {
        return new Endpoint(address(memory, address), port(memory, port));
    }

    static void putKey(Pointer memory, long at, GrantKey key) {
        memory.put(at, key.bytes(), 0, GrantKey.LENGTH);
    }

    static GrantKey key(Pointer memory, long at) {
        byte[] bytes = new byte[GrantKey.LENGTH];
        memory.get(at, bytes, 0, bytes.length);
        return GrantKey.of(bytes);
    }

    static void putName(Pointer memory, long at, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        memory.put(at, bytes, 0, bytes.length);
    }

    static String name(Pointer memory, long at) {
        byte[] bytes = new byte[LONGEST_NAME + 1];
        memory.get(at, bytes, 0, bytes.length);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
