package io.slim.router.container;

import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.slim.api.RouterConfig;
import io.slim.api.container.ContainerException;
import io.slim.api.container.ContainerInfo;
import io.slim.api.container.ContainerSpec;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Events;
import io.slim.router.resolver.Resolving;
import io.slim.router.secure.SecureMode;
import io.slim.router.sys.NetworkNamespaceSearch;
import io.slim.router.sys.NetworkNamespaces;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers of this host that use the router: which there are, which of them is calling, and what is theirs. Only the
 * event loop touches it.
 *
 * <p>A caller is known by the network namespace of its socket, of which the kernel tells the cookie: that needs no look at
 * its process, unless it is the first from its namespace, or the kernel is older.
 */
public final class Containers {

    private static final Logger LOG = LoggerFactory.getLogger(Containers.class);

    private final SecureMode secure;
    private final AddressBook addressBook;
    private final Roster roster;
    private long ownNamespace;
    private @Nullable CallerIdentity shared;
    private @Nullable CallerIdentity identity;

    @Inject
    Containers(RouterConfig config, RouterLoop loop, SecureMode secure, Resolving resolver, Events events) {
        this.secure = secure;
        this.addressBook = new AddressBook(config, resolver, secure);
        this.roster = new Roster(config, loop, secure, addressBook, events);
    }

    /** Must be called once, before the first container. */
    public void start() throws IOException {
        ownNamespace = NetworkNamespaces.own();
        roster.ownNamespace(ownNamespace);
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

    /**
     * The containers among these network namespaces that still run, for a router that goes on with their listeners. To be
     * followed by {@link #endRecovery}.
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
        roster.endRecovery();
    }

    /** Asks to be told when a container is gone, before its resources are freed. */
    public void onDeparture(Consumer<Container> listener) {
        roster.onDeparture(listener);
    }

    /** Asks to be told when a container was registered, or found. */
    public void onArrival(Consumer<Container> listener) {
        roster.onArrival(listener);
    }

    /**
     * Tells which container a connection at the shared socket is from, and counts the connection. To be followed by
     * {@link #leave}.
     *
     * @throws NotIdentifiedException if that cannot be told, or nobody is to be let in
     * @throws IOException if the container is new and its resources cannot be had
     */
    public Container enter(EpollDomainSocketChannel channel) throws NotIdentifiedException, IOException {
        long cookie = NetworkNamespaces.cookie(channel.fd());
        Container container = roster.table().withCookie(cookie);
        if (container == null || !container.isSettled()) {
            try (Caller caller = identify(channel)) {
                container = find(caller, cookie);
            }
        }
        checkRegistered(container);
        container.addConnections(1);
        return container;
    }

    /** Anybody can make a namespace and give it any address: only what was said of it counts in secure mode. */
    private void checkRegistered(Container container) throws NotIdentifiedException {
        if (secure.isOn() && !container.isRegistered() && !container.isRehearsal()) {
            roster.restIfUnused(container);
            throw NotIdentifiedException.notAllowed(container + " is not registered (slim register)");
        }
    }

    private Caller identify(EpollDomainSocketChannel channel) throws NotIdentifiedException {
        if (identity == null) {
            throw new IllegalStateException("not started");
        }
        return identity.identify(channel);
    }

    private Container find(Caller caller, long cookie) throws NotIdentifiedException, IOException {
        Container container = roster.table().inNamespace(caller.namespace());
        if (container != null && isAnother(container, cookie)) {
            roster.retire(container);
            container = null;
        }
        if (container == null) {
            return make(caller);
        }
        if (container.isSettled()) {
            confirm(caller);
        } else {
            container.settle(hold(() -> HeldNamespace.again(caller, cookie)));
        }
        return container;
    }

    /** Its namespace had ended while it lingered, and the number was given to a new one. */
    private static boolean isAnother(Container container, long cookie) {
        return !container.isSettled() && cookie != container.cookie();
    }

    private Container make(Caller caller) throws NotIdentifiedException, IOException {
        HeldNamespace held = hold(() -> HeldNamespace.of(caller, true, caller.namespace() != ownNamespace));
        try {
            return roster.found(held);
        } catch (IOException | NotIdentifiedException e) {
            held.close();
            throw e;
        }
    }

    private static void confirm(Caller caller) throws NotIdentifiedException {
        try {
            caller.confirm();
        } catch (IOException e) {
            throw NotIdentifiedException.gone(e);
        }
    }

    private interface Opening {
        HeldNamespace open() throws IOException;
    }

    private static HeldNamespace hold(Opening opening) throws NotIdentifiedException {
        try {
            return opening.open();
        } catch (IOException e) {
            throw NotIdentifiedException.gone(e);
        }
    }

    /**
     * Adds a container that nobody has to find.
     *
     * @param held its namespace, if it was said; the container's from now on, unless this throws
     * @throws ContainerException if it cannot be, with nothing changed
     */
    public Container register(ContainerSpec spec, @Nullable HeldNamespace held) {
        return roster.registered(spec, held);
    }

    /**
     * As {@link #enter(EpollDomainSocketChannel)}, for a connection at the container's own socket.
     *
     * @throws NotIdentifiedException if the caller is in another network namespace than the container
     * @throws IOException if it is the first, and the container's resources cannot be had
     */
    public Container enter(Container own, EpollDomainSocketChannel channel) throws NotIdentifiedException, IOException {
        if (own.isGone()) {
            throw NotIdentifiedException.notAllowed(own + " is unregistered");
        }
        if (!own.isSettled()) {
            settleByFirst(own, channel);
        } else if (!isInside(own, channel)) {
            throw NotIdentifiedException.notAllowed(
                    "a process of another network namespace calls at the socket of " + own);
        }
        own.addConnections(1);
        return own;
    }

    private void settleByFirst(Container own, EpollDomainSocketChannel channel)
            throws NotIdentifiedException, IOException {
        try (Caller caller = identify(channel)) {
            Container there = roster.table().inNamespace(caller.namespace());
            if (there != null && there.isRegistered()) {
                throw NotIdentifiedException.notAllowed("a process of " + there + " calls at the socket of " + own);
            }
            HeldNamespace held = hold(() -> HeldNamespace.of(caller, !own.hasGivenAddresses(), true));
            try {
                roster.adopt(own, held);
            } catch (IOException e) {
                held.close();
                throw e;
            }
        }
    }

    private boolean isInside(Container own, EpollDomainSocketChannel channel) throws NotIdentifiedException {
        long cookie = NetworkNamespaces.cookie(channel.fd());
        if (cookie != 0 && own.cookie() != 0) {
            return cookie == own.cookie();
        }
        try (Caller caller = identify(channel)) {
            return caller.namespace() == own.namespace();
        }
    }

    /** Takes a registered container away. Does nothing the second time. */
    public void unregister(Container container) {
        roster.retire(container);
    }

    /** The connection is closed. */
    public void leave(Container container) {
        container.addConnections(-1);
        roster.restIfUnused(container);
    }

    /** A listener was added to the container. */
    public void listenerAdded(Container container) {
        container.addListeners(1);
    }

    /** A listener was removed from the container. */
    public void listenerRemoved(Container container) {
        container.addListeners(-1);
        roster.restIfUnused(container);
    }

    /** The container's overlay addresses, at most a second old. */
    public Addresses addresses(Container container) {
        return addressBook.of(container);
    }

    /** Whether the container has the address; one that was just added is found too. */
    public boolean owns(Container container, InetAddress address) {
        return addressBook.owns(container, address);
    }

    /** The container that has the overlay address; null if none that uses the router has. */
    public @Nullable Container owner(InetAddress address) {
        return addressBook.owner(address, roster.table().all());
    }

    /** The resolver has changed: which addresses are overlay addresses of this host must be found out again. */
    public void expireAll() {
        roster.table().all().forEach(Container::expire);
    }

    /** All containers at present. */
    public List<Container> all() {
        return List.copyOf(roster.table().all());
    }

    /** The same for embedders, with addresses of now. */
    public List<ContainerInfo> infos() {
        List<Container> real =
                all().stream().filter(container -> !container.isRehearsal()).toList();
        real.forEach(addressBook::of);
        return real.stream().map(Container::info).toList();
    }

    /** Frees what the containers hold; the loop has ended. */
    public void close() {
        roster.close();
    }
}
