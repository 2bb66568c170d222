package io.slim.router.container;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;

/** A caller that has been identified; held only while its container is looked up or made. */
interface Caller extends AutoCloseable {

    /** Number of the network namespace, which is what makes a container. */
    long namespace();

    /** Opens the list of the container's addresses. */
    AddressSource openAddresses() throws IOException;

    /** Opens the container's network namespace. */
    FileDescriptor openNamespace() throws IOException;

    /** Fails if what was opened may belong to somebody else by now. */
    void confirm() throws IOException;

    @Override
    void close();
}
