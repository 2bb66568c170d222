package io.slim.router.container;

import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.NetworkNamespaces;
import java.io.IOException;
import java.nio.file.Path;

/** While the router rehearses: its own process is a container of its own kind, all others are who they are. */
final class RehearsalIdentity implements CallerIdentity {

    private final CallerIdentity real;
    private final int ownPid = Math.toIntExact(ProcessHandle.current().pid());

    RehearsalIdentity(CallerIdentity real) {
        this.real = real;
    }

    @Override
    public Caller identify(EpollDomainSocketChannel channel) throws NotIdentifiedException {
        try {
            return channel.peerCredentials().pid() == ownPid
                    ? new Self(NetworkNamespaces.own())
                    : real.identify(channel);
        } catch (IOException e) {
            throw NotIdentifiedException.unknown(e);
        }
    }

    private record Self(long namespace) implements Caller {

        @Override
        public AddressSource openAddresses() throws IOException {
            return NamespaceAddresses.open(Path.of("/proc/self/net/fib_trie"), Path.of("/proc/self/net/if_inet6"));
        }

        @Override
        public FileDescriptor openNamespace() throws IOException {
            return Descriptors.openReadOnly(Path.of("/proc/self/ns/net"));
        }

        @Override
        public void confirm() {
            // It is this process.
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
