package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.api.Endpoint;
import io.slim.router.sys.ConfinedSockets;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.HostSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import jnr.ffi.Pointer;

/**
 * Makes a shadow of a bare socket from a vault (clients are made there altogether): writes its entry as unsealed, binds it, seals it, and proves that the
 * programs run for this very socket: getsockname must answer what the entry says. Before Linux 5.15 the v1 controllers net_cls and net_prio can take a socket out of its cgroup
 * without a word.
 */
final class SocketSealing {

    private static final Endpoint NOTHING_4 = wildcard(new byte[4]);
    private static final Endpoint NOTHING_6 = wildcard(new byte[16]);

    private final BpfMap entries;
    private final InetAddress host;
    private final ConfinedSockets sockets = new ConfinedSockets();
    private final HostSockets identity = new HostSockets();

    SocketSealing(BpfMap entries, InetAddress host) {
        this.entries = entries;
        this.host = host;
    }

    private static Endpoint wildcard(byte[] address) {
        try {
            return new Endpoint(InetAddress.getByAddress(address), 0);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    /** Owns the socket: it is closed if this fails. */
    HostSocket shadow(FileDescriptor socket, int container, ShadowRequest request) throws IOException {
        try {
            write(socket, container, Layout.UNSEALED, 0);
            sockets.prepareShadow(socket, request.family(), host, request.port(), request.shared(), request.joins());
            int port =
                    request.port() != 0 ? request.port() : sockets.name(socket).port();
            Pointer entry = entry(container, Layout.SHADOW, Layout.COUNTED);
            entry.putInt(Layout.ENTRY_LISTENER, request.listener());
            Layout.putAddress(entry, Layout.ENTRY_LOCAL, request.overlay().address());
            Layout.putPort(entry, Layout.ENTRY_LOCAL_PORT, request.overlay().port());
            put(socket);
            prove(socket, seen(request));
            return new HostSocket(socket, identity.cookie(socket), port);
        } catch (IOException e) {
            Descriptors.close(socket);
            throw e;
        }
    }

    /** A socket for IPv6 shows nothing as [::]. */
    private static Endpoint seen(ShadowRequest request) {
        boolean wildcard = request.overlay().address().isAnyLocalAddress();
        Endpoint nothing = request.family() == 4 ? NOTHING_4 : NOTHING_6;
        return wildcard ? new Endpoint(nothing.address(), request.overlay().port()) : request.overlay();
    }

    private void write(FileDescriptor socket, int container, int kind, int flags) throws IOException {
        entry(container, kind, flags);
        put(socket);
    }

    private Pointer entry(int container, int kind, int flags) {
        Pointer entry = entries.clearedValue();
        entry.putInt(Layout.ENTRY_CONTAINER, container);
        entry.putByte(Layout.ENTRY_KIND, (byte) kind);
        entry.putByte(Layout.ENTRY_FLAGS, (byte) flags);
        return entry;
    }

    private void put(FileDescriptor socket) throws IOException {
        entries.key().putInt(0, socket.intValue());
        if (!entries.put()) {
            throw new IOException("no memory for the entry of a socket");
        }
    }

    private void prove(FileDescriptor socket, Endpoint expected) throws IOException {
        Endpoint seen = sockets.name(socket);
        if (!seen.equals(expected)) {
            throw new IOException("the programs do not run for a socket: getsockname says " + seen + " (expected: "
                    + expected + "; is net_cls or net_prio in use with a kernel before 5.15?)");
        }
    }
}
