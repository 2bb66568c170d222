package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.api.Endpoint;
import io.slim.router.sys.ChildProgram;
import io.slim.router.sys.ConfinedSockets;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.SeqPacketPair;
import io.slim.router.sys.SocketReader;
import io.slim.router.sys.SocketReader.Packet;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Proves, before anybody depends on it, that confinement works on this host: a socket without an entry can do nothing, an unknown destination gets its
 * errno, and a connection of the host to itself carries the option, is let in, and has the right names on both sides. Then everything is gone again.
 */
final class SelfTest {

    private static final Endpoint OVERLAY = endpoint(192, 0, 2, 1, 9); // TEST-NET-1, RFC 5737
    private static final InetAddress CLIENT = endpoint(192, 0, 2, 2, 0).address();
    private static final int EPERM = 1;
    private static final int ENOLINK = 67;
    private static final int PATIENCE_SECONDS = 2;
    private static final int ANY_PEER = 0;

    private final KernelMaps maps;
    private final InetAddress host;
    private final SocketSealing sealing;
    private final ConfinedSockets sockets = new ConfinedSockets();
    private final SocketReader reader = new SocketReader();
    private final Deque<FileDescriptor> opened = new ArrayDeque<>();

    SelfTest(KernelMaps maps, InetAddress host) {
        this.maps = maps;
        this.host = host;
        this.sealing = new SocketSealing(maps.entries(), host);
    }

    private static Endpoint endpoint(int a, int b, int c, int d, int port) {
        try {
            byte[] bytes = {(byte) a, (byte) b, (byte) c, (byte) d};
            return new Endpoint(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 bytes are an address", e);
        }
    }

    /**
     * Tests.
     *
     * @param program the vault's executable
     * @param place its cgroup for this, which is removed
     * @param distinct whether the kernel can tell errnos apart (5.18)
     */
    void run(FileDescriptor program, Path place, boolean distinct) throws IOException {
        SeqPacketPair pair = SeqPacketPair.open();
        ChildProgram vault;
        try {
            vault = ChildProgram.start(program, Vault.arguments(host, List.of(place)), pair.other());
        } catch (IOException e) {
            pair.close();
            throw e;
        }
        Integer container = null;
        try {
            Packet joined = packet(pair.own());
            if (joined.value() != 0) {
                throw new IOException("the vault cannot join " + place + ": errno " + joined.value());
            }
            container = maps.containers().admit("self-test");
            if (container == null) {
                throw new IOException("no room for a container");
            }
            test(pair.own(), container, place, distinct);
        } finally {
            opened.forEach(Descriptors::close);
            pair.close();
            vault.end();
            if (container != null) {
                maps.vaults().remove(container);
                maps.containers().remove(container);
            }
            CgroupPlace.remove(place);
        }
    }

    private void test(FileDescriptor vault, int container, Path place, boolean distinct) throws IOException {
        int family = host instanceof Inet4Address ? 4 : 6;
        FileDescriptor bare = socket(vault, Vault.BARE, 4);
        expect("connect of a socket without an entry", sockets.connect(bare, 4, OVERLAY, 1), EPERM);
        expect("bind of a socket without an entry", sockets.tryBind(bare, 4, OVERLAY), EPERM);
        if (!maps.vaults().put(container, place)) {
            throw new IOException("no room for a vault");
        }
        FileDescriptor client = socket(vault, Vault.CLIENT, family);
        expect("bind of a client", sockets.tryBind(client, family, OVERLAY), EPERM);
        int unknown = sockets.connect(client, family, OVERLAY, 1);
        expect("connect to an unknown destination", unknown, distinct ? ENOLINK : EPERM);
        connection(vault, container, family, client);
    }

    private void connection(FileDescriptor vault, int container, int family, FileDescriptor client) throws IOException {
        int listener = maps.containers().newId();
        int grant = maps.containers().newId();
        GrantKey key = GrantKey.random(new SecureRandom());
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        HostSocket shadow = sealing.shadow(
                socket(vault, Vault.BARE, family),
                container,
                new ShadowRequest(listener, family, 0, false, false, OVERLAY));
        sockets.listen(shadow.descriptor());
        long alive = maps.peerAlive(ANY_PEER);
        try {
            maps.setPeerAlive(ANY_PEER, until);
            maps.grants().put(new Grant(grant, listener, host, CLIENT, OVERLAY, key, until));
            Target target = new Target(host, shadow.port(), grant, key, CLIENT, ANY_PEER, until, 0);
            maps.destinations().put(container, OVERLAY, List.of(target), 0);
            expect(
                    "connect to " + host.getHostAddress() + " with the option",
                    sockets.connect(client, family, OVERLAY, PATIENCE_SECONDS),
                    0);
            if (!Descriptors.awaitReadable(shadow.descriptor(), PATIENCE_SECONDS * 1000)) {
                throw new IOException("a connection of this host to itself has not arrived");
            }
            FileDescriptor child = sockets.accept(shadow.descriptor());
            opened.add(child);
            names(client, child);
        } finally {
            maps.destinations().remove(container, OVERLAY);
            maps.grants().remove(grant);
            maps.setPeerAlive(ANY_PEER, alive);
        }
    }

    private void names(FileDescriptor client, FileDescriptor child) throws IOException {
        expect("getpeername of the client", sockets.peerName(client), OVERLAY);
        expect("getsockname of the client", sockets.name(client).address(), CLIENT);
        expect("getpeername of the server", sockets.peerName(child).address(), CLIENT);
        expect("getsockname of the server", sockets.name(child), OVERLAY);
        expect(
                "ports of client and server",
                sockets.peerName(child).port(),
                sockets.name(client).port());
    }

    private static void expect(String what, Object found, Object expected) throws IOException {
        if (!found.equals(expected)) {
            throw new IOException(what + ": " + found + " (expected: " + expected + ")");
        }
    }

    private FileDescriptor socket(FileDescriptor vault, int what, int family) throws IOException {
        SeqPacketPair.send(vault, new byte[] {(byte) (what | family), 1});
        Packet packet = packet(vault);
        opened.addAll(packet.descriptors());
        if (packet.descriptors().isEmpty()) {
            throw new IOException("the vault makes no socket: errno " + packet.value());
        }
        return packet.descriptors().get(0);
    }

    private Packet packet(FileDescriptor vault) throws IOException {
        if (!Descriptors.awaitReadable(vault, PATIENCE_SECONDS * 1000)) {
            throw new IOException("the vault does not answer");
        }
        Packet packet = reader.read(vault, false);
        if (packet == null || packet.value() < 0) {
            throw new IOException("the vault has ended");
        }
        return packet;
    }
}
