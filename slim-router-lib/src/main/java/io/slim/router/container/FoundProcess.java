package io.slim.router.container;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.NetworkNamespaces;
import java.io.IOException;
import java.nio.file.Path;

/** A process of a container that did not call: it was looked for. */
record FoundProcess(int pid, long namespace) implements Caller {

    private Path proc(String name) {
        return Path.of("/proc", Integer.toString(pid), name);
    }

    @Override
    public AddressSource openAddresses() throws IOException {
        return NamespaceAddresses.open(proc("net/fib_trie"), proc("net/if_inet6"));
    }

    @Override
    public FileDescriptor openNamespace() throws IOException {
        return Descriptors.openReadOnly(proc("ns/net"));
    }

    /** The number may be another process's by now; that one's namespace would be another. */
    @Override
    public void confirm() throws IOException {
        if (NetworkNamespaces.of(pid) != namespace) {
            throw new IOException("process " + pid + " has left namespace " + namespace);
        }
    }

    @Override
    public void close() {}
}
