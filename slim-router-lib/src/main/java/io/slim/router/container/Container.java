package io.slim.router.container;

import io.netty.channel.unix.FileDescriptor;
import io.slim.api.container.ContainerInfo;
import io.slim.api.container.ContainerSpec;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.sys.Descriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace whose processes use the router: registered by name, or found at the shared socket. Only the event
 * loop touches it.
 *
 * <p>The namespace is held only while it must be: one that was found, while it has connections or listeners; one that was
 * registered with its namespace, until it is unregistered.
 */
public final class Container {

    private String name;
    private @Nullable ContainerSpec spec;
    private final boolean rehearsal;

    private @Nullable PeerTable table;
    private @Nullable ConfinedContainer confined;
    private @Nullable HeldNamespace held;
    private long namespace;
    private long cookie;
    private Addresses addresses = Addresses.NONE;
    private long readAtNanos;
    private boolean fresh;
    private int connections;
    private int listeners;
    private int connects;
    private boolean gone;
    private @Nullable String withheld;

    /**
     * One that was found.
     *
     * @param table null in secure mode
     * @param rehearsal whether it is the router itself, which rehearses
     */
    Container(HeldNamespace held, @Nullable PeerTable table, boolean rehearsal) {
        this.name = "net:" + held.number();
        this.rehearsal = rehearsal;
        settle(held, table);
    }

    /** One that is registered; it has no namespace yet, and so no table. */
    Container(ContainerSpec spec) {
        this.name = spec.id();
        this.spec = spec;
        this.rehearsal = false;
    }

    /** One that was found is registered from now on, with all that it has. */
    void promote(ContainerSpec to) {
        name = to.id();
        spec = to;
        fresh = false;
    }

    /** The kernel confines its host sockets from now on. */
    void confine(ConfinedContainer place) {
        confined = place;
    }

    /** Where the kernel confines its host sockets; null in non-secure mode, and if it is not registered. */
    public @Nullable ConfinedContainer confined() {
        return gone ? null : confined;
    }

    /** As {@link #confined}, also if it has left: what the kernel has of it is there until everybody has been told. */
    public @Nullable ConfinedContainer place() {
        return confined;
    }

    /** The id under which it was registered, or its namespace's number. */
    public String name() {
        return name;
    }

    /** What it was registered with; empty if it was found. */
    public Optional<ContainerSpec> spec() {
        return Optional.ofNullable(spec);
    }

    /** Why it gets no host sockets; null if it may have them. */
    public @Nullable String withheld() {
        return withheld;
    }

    /** From now on it gets no host sockets, or does again. */
    public void withhold(@Nullable String reason) {
        withheld = reason;
    }

    boolean isRegistered() {
        return spec != null;
    }

    /** Whether it is the router itself, which rehearses: nobody's news. */
    public boolean isRehearsal() {
        return rehearsal;
    }

    /** Whether its namespace was said, and not just taken from the first caller. */
    boolean hasNamespaceOfItsOwn() {
        return spec != null && spec.networkNamespace().isPresent();
    }

    /** Its namespace is known from now on, and with it its table; both are closed with the container. */
    void settle(HeldNamespace namespaceOfIts, @Nullable PeerTable tableOfIts) {
        if (table != null) {
            table.delete();
        }
        table = tableOfIts;
        settle(namespaceOfIts);
    }

    /** Its namespace is held from now on; if it was known before, it is the same. */
    void settle(HeldNamespace namespaceOfIts) {
        release();
        held = namespaceOfIts;
        namespace = namespaceOfIts.number();
        cookie = namespaceOfIts.cookie();
        fresh = false;
    }

    /** Lets the namespace end; its number is still known. */
    void release() {
        if (held != null) {
            held.close();
            held = null;
        }
    }

    /** Whether its namespace is held: {@link #openNamespace} can be called. */
    public boolean isSettled() {
        return held != null;
    }

    /** Number of the network namespace; 0 if there was none yet. */
    public long namespace() {
        return namespace;
    }

    /** Cookie of the network namespace; 0 if it is not known. */
    long cookie() {
        return cookie;
    }

    /**
     * A descriptor of the network namespace, for the caller to close.
     *
     * @throws IOException if the namespace is not known
     */
    public FileDescriptor openNamespace() throws IOException {
        if (held == null) {
            throw new IOException(this + ": its network namespace is not known");
        }
        return Descriptors.duplicate(held.descriptor());
    }

    /** Whether the addresses are those that were registered, and none else. */
    boolean hasGivenAddresses() {
        return spec != null && !spec.addresses().isEmpty();
    }

    /** All addresses that it has, overlay or not. */
    Set<InetAddress> readAddresses() throws IOException {
        if (spec != null && hasGivenAddresses()) {
            return spec.addresses();
        }
        return held == null ? Set.of() : held.addresses();
    }

    /**
     * Who its peers are.
     *
     * @throws IllegalStateException if nobody has ever called from it, and in secure mode
     */
    public PeerTable table() {
        if (table == null) {
            throw new IllegalStateException(this + " has no peer table yet");
        }
        return table;
    }

    /** Whether somebody has called from it, or may have. */
    public boolean hasTable() {
        return table != null;
    }

    Addresses addresses() {
        return addresses;
    }

    /** Its overlay addresses when they were last read. */
    public List<InetAddress> knownAddresses() {
        return addresses.all();
    }

    void addresses(Addresses read, long nowNanos) {
        addresses = read;
        readAtNanos = nowNanos;
        fresh = true;
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

    /** Whether it has left; its memory is gone then, and nobody may come in. */
    public boolean isGone() {
        return gone;
    }

    void leaveForGood() {
        gone = true;
    }

    ContainerInfo info() {
        Map<String, String> labels = spec == null ? Map.of() : spec.labels();
        return new ContainerInfo(name, spec != null, addresses.set(), labels, connections, listeners);
    }

    /** The router ends, the container lives on. */
    void close() {
        release();
        if (table != null) {
            table.close();
        }
    }

    /** The container has ended, or has no use for the router. */
    void delete() {
        release();
        if (table != null) {
            table.delete();
        }
    }

    /** As it is written in logs. */
    @Override
    public String toString() {
        return "container " + name;
    }
}
