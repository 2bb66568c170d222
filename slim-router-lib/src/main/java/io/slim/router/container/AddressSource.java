package io.slim.router.container;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Set;

/** Tells which addresses a container has at present, overlay and others. */
interface AddressSource extends AutoCloseable {

    /** Reads the list. Takes well under a millisecond. */
    Set<InetAddress> read() throws IOException;

    @Override
    void close();
}
