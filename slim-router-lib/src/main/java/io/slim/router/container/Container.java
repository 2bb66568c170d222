package io.slim.router.container;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.Descriptors;
import java.net.InetAddress;
import java.util.List;

/**
 * A network namespace whose processes use the router. It lives from its first connection until it has neither a
 * connection nor a listener. Only the event loop touches it.
 */
public final class Container {

    private final long namespace;
    private final FileDescriptor namespaceDescriptor;
    private final AddressSource source;
    private final PeerTable table;

    private Addresses addresses = Addresses.NONE;
    private long readAtNanos;
    private boolean fresh;
    private int connections;
    private int listeners;
    private int connects;

    Container(long namespace, FileDescriptor namespaceDescriptor, AddressSource source, PeerTable table) {
        this.namespace = namespace;
        this.namespaceDescriptor = namespaceDescriptor;
        this.source = source;
        this.table = table;
    }

    /** Number of the network namespace. */
    public long namespace() {
        return namespace;
    }

    /** The open network namespace; stays the container's. */
    public FileDescriptor namespaceDescriptor() {
        return namespaceDescriptor;
    }

    /** Who its peers are. */
    public PeerTable table() {
        return table;
    }

    AddressSource source() {
        return source;
    }

    Addresses addresses() {
        return addresses;
    }

    void addresses(Addresses read, long nowNanos) {
        addresses = read;
        readAtNanos = nowNanos;
        fresh = true;
    }

    /** Its overlay addresses, as they were when last read. */
    public List<InetAddress> knownAddresses() {
        return List.copyOf(addresses.all());
    }

    boolean isOlderThan(long nanos, long nowNanos) {
        return !fresh || nowNanos - readAtNanos > nanos;
    }

    /** The next use reads the addresses again. */
    void expire() {
        fresh = false;
    }

    /** Connections of its shims. */
    public int connections() {
        return connections;
    }

    void addConnections(int change) {
        connections += change;
    }

    /** Listeners with a shadow. */
    public int listeners() {
        return listeners;
    }

    void addListeners(int change) {
        listeners += change;
    }

    /** Connects being decided. */
    public int connects() {
        return connects;
    }

    /** One more, or one less, connect being decided. */
    public void addConnects(int change) {
        connects += change;
    }

    boolean isUnused() {
        return connections == 0 && listeners == 0;
    }

    /** The router ends, the container lives on. */
    void close() {
        source.close();
        table.close();
        Descriptors.close(namespaceDescriptor);
    }

    /** The container has ended, or has no use for the router. */
    void delete() {
        close();
        table.delete();
    }

    /** As it is written in logs. */
    @Override
    public String toString() {
        return "container net:" + namespace;
    }
}
