package io.slim.router.listen;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.RouterEvent.ListenerOffered;
import io.slim.api.event.RouterEvent.ListenerWithdrawn;
import io.slim.router.container.Containers;
import io.slim.router.observe.Events;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells who needs to know when a group of listeners can, or can no longer, be offered. Only the event loop touches it. */
final class Offers {

    private static final Logger LOG = LoggerFactory.getLogger(Offers.class);

    private final RouterConfig config;
    private final Containers containers;
    private final Events events;
    private final List<ListenerObserver> observers = new ArrayList<>();
    private final List<IntConsumer> withdrawalListeners = new ArrayList<>();

    Offers(RouterConfig config, Containers containers, Events events) {
        this.config = config;
        this.containers = containers;
        this.events = events;
    }

    void onWithdrawal(IntConsumer listener) {
        withdrawalListeners.add(listener);
    }

    void observe(ListenerObserver observer) {
        observers.add(observer);
    }

    /** Something about a member has changed. */
    void update(ListenerGroup group) {
        if (!group.update()) {
            return;
        }
        boolean stalled = group.members().stream().anyMatch(Listener::isStalled);
        Endpoint shadow = new Endpoint(config.hostAddress(), group.port());
        if (group.isOffered()) {
            LOG.atInfo()
                    .addKeyValue("container", group.container().name())
                    .addKeyValue("endpoint", group.endpoint())
                    .addKeyValue("shadow_port", group.port())
                    .log("{} offered at port {}", group, group.port());
            events.publish(new ListenerOffered(group.container().name(), group.endpoint(), shadow));
        } else {
            LOG.atInfo()
                    .addKeyValue("container", group.container().name())
                    .addKeyValue("endpoint", group.endpoint())
                    .addKeyValue("stalled", stalled)
                    .log("{} withdrawn{}", group, stalled ? ": the application does not take its connections" : "");
            events.publish(new ListenerWithdrawn(group.container().name(), group.endpoint(), stalled));
        }
        tell(group);
        tellOfWithdrawal(group);
    }

    /** Its container gets no more host sockets, or does again. It may have been withdrawn before; what was granted then ends now, too. */
    void withheld(ListenerGroup group) {
        update(group);
        tellOfWithdrawal(group);
    }

    private void tellOfWithdrawal(ListenerGroup group) {
        if (!group.isOffered() && group.isConfined()) {
            withdrawalListeners.forEach(listener -> listener.accept(group.shadowId()));
        }
    }

    /** Tells all observers how it is with the group. */
    void tell(ListenerGroup group) {
        List<InetAddress> addresses = Wildcard.served(
                group.endpoint(),
                group.isV6Only(),
                containers.addresses(group.container()).all());
        if (!addresses.isEmpty()) {
            observers.forEach(observer ->
                    observer.listenersChanged(addresses, group.endpoint().port(), group.isOffered()));
        }
    }
}
