package io.slim.router.container;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Containers that are nothing but a key. */
public final class TestContainers {

    /** Descriptors are closed by Netty's native code, which is loaded by whoever needs it first. */
    static {
        Epoll.ensureAvailability();
    }

    private TestContainers() {}

    /** One without addresses and connections. */
    public static Container bare(long namespace) {
        try {
            Path directory = Files.createTempDirectory("slim-test");
            PeerTable table = PeerTable.create(directory, 1, () -> 0);
            Files.delete(directory);
            return new Container(namespace, new FileDescriptor(Integer.MAX_VALUE), new NoAddresses(), table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class NoAddresses implements AddressSource {
        @Override
        public Set<InetAddress> read() {
            return Set.of();
        }

        @Override
        public void close() {}
    }
}
