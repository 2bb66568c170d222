package io.slim.router.container;

import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.slim.api.RouterConfig;
import io.slim.router.observe.RareLog;
import io.slim.router.resolver.Resolving;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.NetworkNamespaceSearch;
import io.slim.router.sys.NetworkNamespaces;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The containers of this host that use the router, and who has which overlay address. Only the event loop touches it.
 *
 * <p>A container's addresses are those of its network namespace that the resolver maps to this host. They are read again
 * when they are used and older than a second. If two containers have the same address, the first keeps it for as long as
 * it has it.
 */
public final class Containers {

    private static final Logger LOG = LoggerFactory.getLogger(Containers.class);
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** An address that is missing may just have been added; but not each wrong question may cost a reading. */
    private static final long MISSING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** How many containers are read again for one address that nobody seems to have. */
    private static final int MOST_READINGS_PER_MISS = 8;

    private final RouterConfig config;
    private final Resolving resolver;
    private final RareLog rareLog = new RareLog(LOG);
    private final PeerTables tables;
    private final Map<Long, Container> byNamespace = new HashMap<>();
    private final Map<InetAddress, Container> owners = new HashMap<>();
    private final List<Consumer<Container>> departureListeners = new ArrayList<>();
    private long ownNamespace;
    private @Nullable CallerIdentity shared;
    private @Nullable CallerIdentity identity;

    @Inject
    Containers(RouterConfig config, Resolving resolver) {
        this.config = config;
        this.resolver = resolver;
        this.tables = new PeerTables(config);
    }

    /**
     * The containers among these network namespaces that still run, for a router that goes on with their listeners. To be followed by
     * {@link #endRecovery}.
     */
    public Map<Long, Container> find(Set<Long> namespaces) {
        Map<Long, Container> found = new HashMap<>();
        try {
            NetworkNamespaceSearch.processesIn(namespaces).forEach((namespace, pid) -> {
                try (Caller caller = new FoundProcess(pid, namespace)) {
                    found.put(namespace, make(caller));
                } catch (IOException | NotIdentifiedException e) {
                    LOG.warn("container net:{} cannot be taken up: {}", namespace, e.getMessage());
                }
            });
        } catch (IOException e) {
            LOG.warn("containers of an earlier router cannot be looked for: {}", e.toString());
        }
        return found;
    }

    /** What an earlier router has left and nobody needs goes. */
    public void endRecovery() {
        List.copyOf(byNamespace.values()).forEach(this::removeIfUnused);
        tables.endRecovery(byNamespace.keySet());
    }

    /** Must be called once, before the first container. */
    public void start() throws IOException {
        ownNamespace = NetworkNamespaces.own();
        shared = new SharedSocketIdentity();
        identity = shared;
    }

    /** While on, a connection of this very process is taken for a container's; see the gateway's rehearsal. */
    public void rehearse(boolean on) {
        CallerIdentity real = shared;
        if (real != null) {
            identity = on ? new RehearsalIdentity(real) : real;
        }
    }

    /** Asks to be told when a container is gone, before its resources are freed. */
    public void onDeparture(Consumer<Container> listener) {
        departureListeners.add(listener);
    }

    /**
     * Tells which container a connection is from, and counts the connection. To be followed by {@link #leave}.
     *
     * @throws NotIdentifiedException if that cannot be told
     * @throws IOException if the container is new and its resources cannot be had
     */
    public Container enter(EpollDomainSocketChannel channel) throws NotIdentifiedException, IOException {
        if (identity == null) {
            throw new IllegalStateException("not started");
        }
        try (Caller caller = identity.identify(channel)) {
            Container container = byNamespace.get(caller.namespace());
            if (container == null) {
                container = make(caller);
            } else {
                confirm(caller);
            }
            container.addConnections(1);
            return container;
        }
    }

    private static void confirm(Caller caller) throws NotIdentifiedException {
        try {
            caller.confirm();
        } catch (IOException e) {
            throw new NotIdentifiedException(String.valueOf(e.getMessage()), e);
        }
    }

    private Container make(Caller caller) throws NotIdentifiedException, IOException {
        FileDescriptor namespace = caller.openNamespace();
        AddressSource source = null;
        try {
            source = caller.openAddresses();
            confirm(caller);
            PeerTable table = tables.open(caller.namespace());
            Container container = new Container(caller.namespace(), namespace, source, table);
            byNamespace.put(caller.namespace(), container);
            read(container);
            tell(container, "known from now on, overlay addresses " + text(container.addresses()));
            return container;
        } catch (IOException | NotIdentifiedException e) {
            Descriptors.close(namespace);
            if (source != null) {
                source.close();
            }
            throw e;
        }
    }

    /** The rehearsal is nobody's news. */
    private void tell(Container container, String what) {
        Level level = container.namespace() == ownNamespace ? Level.DEBUG : Level.INFO;
        LOG.atLevel(level).log("{}: {}", container, what);
    }

    /** The connection is closed. */
    public void leave(Container container) {
        container.addConnections(-1);
        removeIfUnused(container);
    }

    /** A listener was added to the container. */
    public void listenerAdded(Container container) {
        container.addListeners(1);
    }

    /** A listener was removed from the container. */
    public void listenerRemoved(Container container) {
        container.addListeners(-1);
        removeIfUnused(container);
    }

    private void removeIfUnused(Container container) {
        if (container.isUnused() && byNamespace.remove(container.namespace(), container)) {
            owners.values().removeIf(owner -> owner == container);
            departureListeners.forEach(listener -> listener.accept(container));
            container.delete();
            tell(container, "gone");
        }
    }

    /** The container's overlay addresses, at most a second old. */
    public Addresses addresses(Container container) {
        if (container.isOlderThan(FRESH_NANOS, System.nanoTime())) {
            read(container);
        }
        return container.addresses();
    }

    /** Whether the container has the address; one that was just added is found too. */
    public boolean owns(Container container, InetAddress address) {
        if (!addresses(container).contains(address) && container.isOlderThan(MISSING_NANOS, System.nanoTime())) {
            read(container);
        }
        return owners.get(address) == container;
    }

    /** The container that has the overlay address; null if none that uses the router has. */
    public @Nullable Container owner(InetAddress address) {
        Container owner = owners.get(address);
        if (owner != null && owns(owner, address)) {
            return owner;
        }
        readSomeAgain();
        return owners.get(address);
    }

    private void readSomeAgain() {
        long now = System.nanoTime();
        int readings = 0;
        for (Container container : byNamespace.values()) {
            if (readings < MOST_READINGS_PER_MISS
                    && container.listeners() > 0
                    && container.isOlderThan(FRESH_NANOS, now)) {
                read(container);
                readings++;
            }
        }
    }

    private void read(Container container) {
        List<InetAddress> overlay = new ArrayList<>();
        try {
            for (InetAddress address : container.source().read()) {
                if (resolver.resolve(address).isOn(config.hostAddress())) {
                    overlay.add(address);
                }
            }
        } catch (IOException e) {
            rareLog.warn("read " + container, "{}: its addresses cannot be read, it has none: {}", container, e);
        }
        Addresses now = new Addresses(overlay);
        for (InetAddress before : container.addresses().set()) {
            if (!now.contains(before)) {
                owners.remove(before, container);
            }
        }
        for (InetAddress address : now.set()) {
            Container owner = owners.putIfAbsent(address, container);
            if (owner != null && owner != container) {
                rareLog.warn(
                        "conflict " + container,
                        "{} has address {}, which {} already has: it stays with that one",
                        container,
                        address.getHostAddress(),
                        owner);
            }
        }
        container.addresses(now, System.nanoTime());
    }

    /** The resolver has changed: which addresses are overlay addresses of this host must be found out again. */
    public void expireAll() {
        byNamespace.values().forEach(Container::expire);
    }

    /** All containers at present. */
    public List<Container> all() {
        return List.copyOf(byNamespace.values());
    }

    private static String text(Addresses addresses) {
        return addresses.all().stream()
                .map(InetAddress::getHostAddress)
                .sorted()
                .toList()
                .toString();
    }

    /** Frees what the containers hold. */
    public void close() {
        byNamespace.values().forEach(Container::close);
        byNamespace.clear();
        owners.clear();
    }
}
