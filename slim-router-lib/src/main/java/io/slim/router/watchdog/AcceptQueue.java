package io.slim.router.watchdog;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The accept queue of a listening socket at one time.
 *
 * @param length connections that wait
 * @param connections their cookies; null if they cannot be told from those of other sockets on the same port
 */
record AcceptQueue(int length, @Nullable Set<Long> connections) {

    static final AcceptQueue EMPTY = new AcceptQueue(0, Set.of());

    /** Whether something was accepted since. */
    boolean hasMovedSince(AcceptQueue before) {
        if (connections == null || before.connections == null) {
            return length < before.length;
        }
        return !connections.containsAll(before.connections);
    }
}
