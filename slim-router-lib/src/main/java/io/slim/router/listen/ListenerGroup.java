package io.slim.router.listen;

import io.slim.api.Endpoint;
import io.slim.api.status.ListenerStatus;
import io.slim.router.container.Container;
import java.util.ArrayList;
import java.util.List;

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
    private final List<Listener> members = new ArrayList<>();
    private boolean offered;

    ListenerGroup(Container container, Endpoint endpoint, int family, boolean v6Only, boolean reusePort, int port) {
        this.container = container;
        this.endpoint = endpoint;
        this.family = family;
        this.v6Only = v6Only;
        this.reusePort = reusePort;
        this.port = port;
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
        offered = !members.isEmpty() && members.stream().allMatch(member -> member.isArmed() && !member.isStalled());
        return offered != before;
    }

    ListenerStatus status() {
        boolean armed = members.stream().allMatch(Listener::isArmed);
        boolean stalled = members.stream().anyMatch(Listener::isStalled);
        return new ListenerStatus(endpoint, port, members.size(), armed, stalled, offered);
    }

    @Override
    public String toString() {
        return endpoint + " of " + container;
    }
}
