package io.slim.router.container;

import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.NetworkNamespaces;
import io.slim.router.sys.PeerProcess;
import java.io.IOException;

/**
 * Identifies callers of the socket that all containers share: by the network namespace of the process that connected.
 * Its addresses are believed, so this is for non-secure mode only.
 */
final class SharedSocketIdentity implements CallerIdentity {

    private final long ownNamespace;

    SharedSocketIdentity() throws IOException {
        ownNamespace = NetworkNamespaces.own();
    }

    @Override
    public Caller identify(EpollDomainSocketChannel channel) throws NotIdentifiedException {
        PeerProcess process = null;
        try {
            process = PeerProcess.of(channel);
            long namespace = process.networkNamespace();
            if (namespace == ownNamespace) {
                process.close();
                throw NotIdentifiedException.notAllowed(
                        "process " + process.pid() + " is in the router's own network namespace, in no container");
            }
            return new ProcessCaller(process, namespace);
        } catch (IOException e) {
            if (process == null) {
                throw NotIdentifiedException.unknown(e);
            }
            boolean ended = !process.isAlive();
            process.close();
            throw ended ? NotIdentifiedException.gone(e) : NotIdentifiedException.unknown(e);
        }
    }

    private record ProcessCaller(PeerProcess process, long namespace) implements Caller {

        @Override
        public AddressSource openAddresses() throws IOException {
            return NamespaceAddresses.open(process.proc("net/fib_trie"), process.proc("net/if_inet6"));
        }

        @Override
        public FileDescriptor openNamespace() throws IOException {
            return Descriptors.openReadOnly(process.proc("ns/net"));
        }

        @Override
        public void confirm() throws IOException {
            if (process.networkNamespace() != namespace) {
                throw new IOException("process " + process.pid() + " changed its network namespace");
            }
            process.checkAlive();
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
