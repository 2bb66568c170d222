package io.slim.router.control;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Connections of other routers in the order in which they came, and how many there may be: in all, and of one host. */
final class Sessions {

    private final int most;
    private final int mostOfOneHost;
    private final Set<ServerSession> all = new LinkedHashSet<>();
    private final Map<InetAddress, ArrayDeque<ServerSession>> byHost = new HashMap<>();

    Sessions(int most, int mostOfOneHost) {
        this.most = most;
        this.mostOfOneHost = mostOfOneHost;
    }

    /** Adds one, whether or not there is room. */
    void add(ServerSession session) {
        if (all.add(session)) {
            byHost.computeIfAbsent(session.peer(), host -> new ArrayDeque<>()).add(session);
        }
    }

    void remove(ServerSession session) {
        ArrayDeque<ServerSession> sameHost = byHost.get(session.peer());
        if (all.remove(session) && sameHost != null) {
            sameHost.remove(session);
            if (sameHost.isEmpty()) {
                byHost.remove(session.peer());
            }
        }
    }

    /** The oldest of a host that has too many; null if it has not. */
    @Nullable
    ServerSession surplusOf(InetAddress host) {
        ArrayDeque<ServerSession> sameHost = byHost.get(host);
        return sameHost != null && sameHost.size() > mostOfOneHost ? sameHost.peek() : null;
    }

    /** The oldest of all if there are too many; null if there are not. */
    @Nullable
    ServerSession surplus() {
        return isOverfull() ? all.iterator().next() : null;
    }

    boolean isOverfull() {
        return all.size() > most;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** A copy: what is done with them may end them. */
    List<ServerSession> all() {
        return List.copyOf(all);
    }
}
