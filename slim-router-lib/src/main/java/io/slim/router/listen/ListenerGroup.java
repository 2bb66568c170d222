package io.slim.router.listen;

import io.slim.api.Endpoint;
import io.slim.api.status.ListenerStatus;
import io.slim.router.container.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The listeners of one endpoint of a container: one, or several that share it by SO_REUSEPORT. Their shadows share one
 * host port, and the kernel spreads connections over all of them; so the endpoint can be offered only if each is waited
 * for. Only the event loop touches it.
 */
final class ListenerGroup {

    private final Container container;
    private final Endpoint endpoint;
    private final int family;
    private final boolean v6Only;
    private final boolean reusePort;
    private final int port;
    private final int shadowId;
    private final List<Listener> members = new ArrayList<>();
    private boolean offered;

    ListenerGroup(
            Container container,
            Endpoint endpoint,
            int family,
            boolean v6Only,
            boolean reusePort,
            int port,
            int shadowId) {
        this.container = container;
        this.endpoint = endpoint;
        this.family = family;
        this.v6Only = v6Only;
        this.reusePort = reusePort;
        this.port = port;
        this.shadowId = shadowId;
    }

    Container container() {
        return container;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    int family() {
        return family;
    }

    boolean isReusePort() {
        return reusePort;
    }

    boolean isV6Only() {
        return v6Only;
    }

    /** Port of the shadows on the host. */
    int port() {
        return port;
    }

    /** What grants call all of its shadows; 0 in non-secure mode. */
    int shadowId() {
        return shadowId;
    }

    boolean isConfined() {
        return shadowId != 0;
    }

    boolean canTake(int otherFamily, boolean otherReusePort) {
        return reusePort && otherReusePort && family == otherFamily;
    }

    List<Listener> members() {
        return members;
    }

    boolean isOffered() {
        return offered;
    }

    /** Decides anew whether it can be offered; tells whether that has changed. */
    boolean update() {
        boolean before = offered;
        offered = container.withheld() == null
                && !members.isEmpty()
                && byShadow().values().stream().allMatch(ListenerGroup::isWaitedFor);
        return offered != before;
    }

    ListenerStatus status() {
        Map<Long, List<Listener>> shadows = byShadow();
        boolean armed =
                shadows.values().stream().allMatch(holders -> holders.stream().anyMatch(Listener::isArmed));
        boolean stalled = members.stream().anyMatch(Listener::isStalled);
        return new ListenerStatus(endpoint, port, shadows.size(), armed, stalled, offered);
    }

    /** Whether the port has one shadow alone. */
    boolean hasOneShadow() {
        return byShadow().size() == 1;
    }

    /** After a restart of the router each process that holds a shadow is a member of its own. */
    private Map<Long, List<Listener>> byShadow() {
        return members.stream().collect(Collectors.groupingBy(Listener::shadowCookie));
    }

    private static boolean isWaitedFor(List<Listener> holders) {
        return holders.stream().anyMatch(Listener::isArmed) && holders.stream().noneMatch(Listener::isStalled);
    }

    @Override
    public String toString() {
        return endpoint + " of " + container;
    }
}
