package io.slim.router.container;

import io.slim.api.RouterConfig;
import io.slim.api.container.ContainerException;
import io.slim.api.container.ContainerException.Problem;
import io.slim.api.container.ContainerSpec;
import io.slim.api.event.RouterEvent.ContainerArrived;
import io.slim.api.event.RouterEvent.ContainerGone;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.ConfinementException;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Events;
import io.slim.router.secure.SecureMode;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How containers come, rest and go. Only the event loop touches it. */
final class Roster {

    private static final Logger LOG = LoggerFactory.getLogger(Roster.class);

    private final RouterConfig config;
    private final AddressBook addressBook;
    private final Events events;
    private final Linger linger;
    private final SecureMode secure;
    private final PeerTables tables;
    private final ContainerTable table = new ContainerTable();
    private final List<Consumer<Container>> departureListeners = new ArrayList<>();
    private final List<Consumer<Container>> arrivalListeners = new ArrayList<>();
    private long ownNamespace;

    Roster(RouterConfig config, RouterLoop loop, SecureMode secure, AddressBook addressBook, Events events) {
        this.config = config;
        this.addressBook = addressBook;
        this.events = events;
        this.secure = secure;
        this.tables = new PeerTables(config);
        this.linger = new Linger(loop, config.times().containerLinger().toNanos(), this::retire);
    }

    /** The router's own namespace is no container's, except in a rehearsal. */
    void ownNamespace(long number) {
        ownNamespace = number;
    }

    void onDeparture(Consumer<Container> listener) {
        departureListeners.add(listener);
    }

    void onArrival(Consumer<Container> listener) {
        arrivalListeners.add(listener);
    }

    ContainerTable table() {
        return table;
    }

    /** Adds one that was found, whose namespace this is; without room, the one that is unused for longest gives way. */
    Container found(HeldNamespace held) throws NotIdentifiedException, IOException {
        if (isFull()) {
            throw NotIdentifiedException.tooMany(table.size());
        }
        Container container = new Container(held, table(held), held.number() == ownNamespace);
        table.put(container);
        arrived(container, "known from now on");
        return container;
    }

    /** In secure mode the kernel knows who its peers are. */
    private @Nullable PeerTable table(HeldNamespace held) throws IOException {
        return secure.isOn() ? null : tables.open(held.number());
    }

    private boolean isFull() {
        return table.size() >= config.limits().containers() && !linger.retireOldest();
    }

    /** Adds one that is registered; see {@link Containers#register}. */
    Container registered(ContainerSpec spec, @Nullable HeldNamespace held) {
        Container inNamespace = held == null ? null : table.inNamespace(held.number());
        if (held != null && held.number() == ownNamespace) {
            String path = spec.networkNamespace().map(Object::toString).orElse("");
            throw refused(spec, Problem.NAMESPACE_UNUSABLE, path, "the container's own, not the host's", null);
        }
        Admission.check(spec, inNamespace, table, addressBook);
        Container container = inNamespace == null ? newcomer(spec) : promoted(inNamespace, spec);
        if (held != null) {
            settle(container, spec, held);
        }
        if (secure.isOn()) {
            confine(container, spec);
        }
        arrived(container, "registered");
        return container;
    }

    private void confine(Container container, ContainerSpec spec) {
        try {
            container.confine(secure.admit(spec.id(), container.cookie()));
        } catch (ConfinementException e) {
            retire(container);
            throw refused(spec, Problem.SYSTEM, String.valueOf(e.getMessage()), "a host that can confine it", e);
        }
    }

    private Container newcomer(ContainerSpec spec) {
        if (isFull()) {
            String expected = "fewer; unregister some, or raise the limit \"containers\"";
            throw refused(spec, Problem.TOO_MANY, Integer.toString(table.size()), expected, null);
        }
        Container container = new Container(spec);
        table.put(container);
        return container;
    }

    /** Its listeners, which may be an earlier router's, and its shims go on. */
    private Container promoted(Container found, ContainerSpec spec) {
        table.remove(found);
        linger.forget(found);
        addressBook.forget(found);
        departed(found);
        found.promote(spec);
        table.put(found);
        return found;
    }

    private void settle(Container container, ContainerSpec spec, HeldNamespace held) {
        try {
            if (container.hasTable()) {
                container.settle(held);
            } else {
                container.settle(held, table(held));
            }
            table.put(container);
        } catch (IOException e) {
            retire(container);
            throw refused(spec, Problem.SYSTEM, String.valueOf(e.getMessage()), "room for its peer table", e);
        }
    }

    private static ContainerException refused(
            ContainerSpec spec, Problem problem, String value, String expected, @Nullable Throwable cause) {
        return new ContainerException(spec.id(), problem, value, expected, cause);
    }

    /**
     * The first caller's namespace is the registered container's from now on; what was found there before gives way.
     *
     * @throws IOException if there is no room for its table; the namespace is still the caller's then
     */
    void adopt(Container container, HeldNamespace held) throws IOException {
        Container found = table.inNamespace(held.number());
        if (found != null) {
            retire(found);
        }
        container.settle(held, table(held));
        table.put(container);
    }

    /** What an earlier router has left and nobody needs goes. */
    void endRecovery() {
        List.copyOf(table.all()).forEach(this::restIfUnused);
        tables.endRecovery(table.all().stream().map(Container::namespace).collect(Collectors.toSet()));
    }

    /** To be called when a connection or a listener is gone: what nobody uses holds no namespace. */
    void restIfUnused(Container container) {
        if (!container.isUnused() || container.isGone() || container.hasNamespaceOfItsOwn()) {
            return;
        }
        boolean recognisable = container.cookie() != 0;
        if (!container.isRegistered() && !recognisable) {
            retire(container);
            return;
        }
        container.release();
        if (container.isRegistered()) {
            table.forgetNamespace(container);
        } else {
            linger.start(container);
        }
        if (!container.hasGivenAddresses()) {
            addressBook.forget(container);
        }
    }

    /** Takes a container away. Does nothing the second time. */
    void retire(Container container) {
        if (container.isGone()) {
            return;
        }
        ConfinedContainer confined = container.confined();
        container.leaveForGood();
        table.remove(container);
        linger.forget(container);
        departureListeners.forEach(listener -> listener.accept(container));
        if (confined != null) {
            dismiss(container, confined);
        }
        addressBook.forget(container);
        container.delete();
        departed(container);
    }

    /** It may not use what it has got: its connections end with it. */
    private void dismiss(Container container, ConfinedContainer confined) {
        secure.confinement()
                .endConnectionsOf(confined, ended -> LOG.info("{}: {} connections ended", container, ended));
        secure.dismiss(confined);
    }

    private void arrived(Container container, String how) {
        String addresses = text(addressBook.of(container));
        if (!container.isRehearsal()) {
            LOG.info("{}: {}, overlay addresses {}", container, how, addresses);
            events.publish(new ContainerArrived(container.name(), container.isRegistered()));
        }
        arrivalListeners.forEach(listener -> listener.accept(container));
    }

    private void departed(Container container) {
        if (!container.isRehearsal()) {
            LOG.info("{}: {}", container, container.isRegistered() ? "unregistered" : "gone");
            events.publish(new ContainerGone(container.name(), container.isRegistered()));
        }
    }

    private static String text(Addresses addresses) {
        return addresses.all().stream()
                .map(InetAddress::getHostAddress)
                .sorted()
                .toList()
                .toString();
    }

    /** Frees what the containers hold; the loop has ended. */
    void close() {
        for (Container container : List.copyOf(table.all())) {
            table.remove(container);
            container.leaveForGood();
            container.close();
        }
    }
}
