package io.slim.router.watchdog;

import java.util.Collections;
import java.util.Set;

/**
 * The accept queue of a listening socket at one time. Length and connections are read one after the other: a queue that moves may have
 * none any more.
 *
 * @param length connections that wait
 * @param connections their cookies; with those of other sockets on the same port if it is not alone
 * @param alone whether no other socket listens on the port
 */
record AcceptQueue(int length, Set<Long> connections, boolean alone) {

    static final AcceptQueue EMPTY = new AcceptQueue(0, Set.of(), true);

    /**
     * Whether something was accepted since. Queues are served in order, so of a socket alone one connection that is gone tells it; of several
     * on a port, one that is still there tells that one of them stands still.
     */
    boolean hasMovedSince(AcceptQueue before) {
        if (connections.isEmpty() || before.connections.isEmpty()) {
            return true;
        }
        return alone
                ? !connections.containsAll(before.connections)
                : Collections.disjoint(connections, before.connections);
    }

    /** Whether connections wait, and as far as can be seen all that did before still do. */
    boolean standsStillSince(AcceptQueue before) {
        return length > 0 && before.length > 0 && connections.containsAll(before.connections);
    }
}
