package io.slim.router.listen;

import io.slim.api.Endpoint;
import io.slim.router.container.Container;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which container listens where. Only the event loop touches it. */
final class ListenerTable {

    private static final InetAddress ANY_4 = Wildcard.four();
    private static final InetAddress ANY_6 = Wildcard.six();

    private final Map<Container, Map<Endpoint, ListenerGroup>> byContainer = new HashMap<>();

    void put(ListenerGroup group) {
        byContainer.computeIfAbsent(group.container(), none -> new HashMap<>()).put(group.endpoint(), group);
    }

    void remove(ListenerGroup group) {
        Map<Endpoint, ListenerGroup> groups = byContainer.get(group.container());
        if (groups != null && groups.remove(group.endpoint(), group) && groups.isEmpty()) {
            byContainer.remove(group.container());
        }
    }

    /** The group of just this endpoint. */
    @Nullable
    ListenerGroup at(Container container, Endpoint endpoint) {
        return byContainer.getOrDefault(container, Map.of()).get(endpoint);
    }

    /**
     * The group that the kernel would give a connection to this destination: that of the exact address, else that of the
     * wildcard; the IPv6 wildcard takes IPv4 too unless it is IPV6_V6ONLY.
     */
    @Nullable
    ListenerGroup serving(Container container, Endpoint destination) {
        ListenerGroup exact = at(container, destination);
        if (exact != null) {
            return exact;
        }
        boolean four = destination.address() instanceof Inet4Address;
        if (four) {
            ListenerGroup any = at(container, new Endpoint(ANY_4, destination.port()));
            if (any != null) {
                return any;
            }
        }
        ListenerGroup any = at(container, new Endpoint(ANY_6, destination.port()));
        return any != null && four && any.isV6Only() ? null : any;
    }

    /** All groups at present. */
    List<ListenerGroup> all() {
        return byContainer.values().stream()
                .flatMap(groups -> groups.values().stream())
                .toList();
    }

    /** The groups of a container. */
    Collection<ListenerGroup> of(Container container) {
        return byContainer.getOrDefault(container, Map.of()).values();
    }
}
