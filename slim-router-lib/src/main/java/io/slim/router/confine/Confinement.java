package io.slim.router.confine;

import io.slim.api.Endpoint;
import io.slim.router.loop.RouterLoop;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's side of secure mode. Only the event loop touches it, except for {@link #open}. All times are {@link System#nanoTime}, which is the
 * kernel's CLOCK_MONOTONIC.
 *
 * <p>Everything is pinned: after {@link #close} host sockets stay confined and what was put stays in force until it expires, and the next router
 * with the same host address goes on with it.
 */
public interface Confinement extends AutoCloseable {

    /**
     * Loads the programs, or finds those of an earlier router, and proves that they run. Blocks for some 100 ms; not to be called by the loop.
     *
     * @throws ConfinementException naming all that this host lacks
     */
    static Confinement open(ConfinementConfig config, RouterLoop loop) throws ConfinementException {
        return KernelConfinement.open(config, loop);
    }

    /** What this host, and this process's rights on it, lack; empty if {@link #open} can be tried. Changes nothing. */
    static List<MissingPiece> missing() {
        return Requirements.missing();
    }

    /** A number for a listener or a grant that was never given before, also not by an earlier router. Not 0. */
    int newId();

    // ---- containers and their sockets

    /**
     * Makes a place for a container's sockets. Admitting one that an earlier router has admitted, or that is admitted already, goes on with it.
     *
     * @param name 1 to 63 characters; any that are not allowed in a file name are replaced where it becomes one
     * @throws ConfinementException if there are too many
     */
    ConfinedContainer admit(String name) throws ConfinementException;

    /** Those that an earlier router has admitted and nobody has dismissed or admitted again yet. */
    List<String> leftContainers();

    /**
     * Takes all from a container: its vault ends, its destinations go, its sockets can do nothing new. Its live connections are ended by
     * {@link #endConnectionsOf}, its listeners' grants by {@link #removeGrant}.
     */
    void dismiss(ConfinedContainer container);

    /** The same for one of {@link #leftContainers}. */
    void dismissLeft(String name);

    /**
     * Makes a client socket, bound to the host's address, which can connect to the container's destinations alone.
     *
     * @param family 4 or 6
     */
    void clientSocket(ConfinedContainer container, int family, SocketCallback callback);

    /** Makes a shadow, bound and not listening yet. */
    void shadow(ConfinedContainer container, ShadowRequest request, SocketCallback callback);

    /**
     * Limits what a container sends over all its connections, made or accepted, that begin from now on: each gets an equal share.
     *
     * @param bytesPerSecond 0 = not limited any more
     * @return false: no room
     */
    boolean limit(ConfinedContainer container, long bytesPerSecond);

    // ---- what clients may do

    /**
     * Leads connections of a container to an overlay endpoint; replaces what was there.
     *
     * @return false: no room, the container or the host has its share; counted
     */
    boolean putDestination(ConfinedContainer container, Endpoint overlay, Target target);

    /** How many targets {@link #putVirtual} takes. */
    int MOST_TARGETS = Layout.MOST_BACKENDS;

    /**
     * Leads connections of a container to a virtual endpoint, each to one of several targets, and shows the virtual endpoint to it; replaces what was
     * there.
     *
     * @param targets 1 to {@link #MOST_TARGETS}
     * @param overlayWeight how many besides are behind it that the overlay alone leads to: connects that are theirs fail with EADDRNOTAVAIL, "use
     *     the overlay" for this one connection
     * @return see {@link #putDestination}
     */
    boolean putVirtual(ConfinedContainer container, Endpoint overlay, List<Target> targets, int overlayWeight);

    /** Makes connects to an overlay endpoint fail with EREMOTE, "use the overlay", until then. */
    boolean putOverlay(ConfinedContainer container, Endpoint overlay, long untilNanos);

    /** From now on the kernel knows no way there (ENOLINK). */
    void removeDestination(ConfinedContainer container, Endpoint overlay);

    /** The same for all that match, of all containers, also those that an earlier router has put. Returns how many. */
    int removeDestinations(Predicate<KnownDestination> condition);

    /** All of them, of all containers, also those that an earlier router has put. */
    Collection<KnownDestination> destinations();

    /** How many connects to this destination the kernel has let through since it was told the way. */
    long connects(ConfinedContainer container, Endpoint overlay);

    /** When a connect was last let through, 0 if never. */
    long lastUsedNanos(ConfinedContainer container, Endpoint overlay);

    /** One heartbeat renews all destinations of a host; 0 makes them all unknown at once. */
    void peerAlive(int peer, long untilNanos);

    // ---- whom servers let in

    /**
     * Lets a client's SYNs in at a listener.
     *
     * @return false: no room; counted
     */
    boolean putGrant(Grant grant);

    /**
     * Gives a grant a new key; the one before counts until it would have expired, since SYNs with it are on their way.
     *
     * @return false: there is no such grant
     */
    boolean renewGrant(int id, GrantKey key, long validUntilNanos);

    /**
     * Moves the end of a grant, later or earlier; its keys stay as they are. An earlier end is the end for the key before, too.
     *
     * @return false: there is no such grant
     */
    boolean extendGrant(int id, long validUntilNanos);

    /** No SYN and no half-done handshake gets through from now on. Live connections stay, see {@link #endConnections}. */
    void removeGrant(int id);

    /** All that the kernel has, also from an earlier router. */
    Collection<Grant> grants();

    // ---- live connections

    /**
     * Ends the live connections of grants (SOCK_DESTROY). Numbers of grants are the issuing host's: if that is this host, accepted connections are meant,
     * and those of its own containers to itself; if it is another one, connections to that host. Walks all TCP sockets of the host, on a thread of
     * its own.
     *
     * @param issuer address of the host whose router gave the grants
     * @param done is told by the loop how many there were; -1 if it failed, which is logged
     */
    void endConnections(InetAddress issuer, Set<Integer> grants, IntConsumer done);

    /** The same, but only those of clients that still wait for an answer to their SYN. */
    void endHandshakes(InetAddress issuer, Set<Integer> grants, IntConsumer done);

    /** The same for all connections of a container, made or accepted. */
    void endConnectionsOf(ConfinedContainer container, IntConsumer done);

    /**
     * The directories of this router in bpffs and in the cgroup tree. Whoever knows that nothing is left that they confine may remove them, after what runs in the
     * latter was ended: removing the first takes the programs from all its sockets.
     */
    List<Path> places();

    /**
     * Connections that have ended since the last call, the oldest first; always none without {@link ConfinementConfig#flowLog}. May be called by any
     * thread. The kernel keeps some 40,000 of them.
     */
    List<Flow> endedFlows();

    /** How many it had no room for, since its programs were loaded. May be called by any thread. */
    long lostFlows();

    /** Counters and how full the maps are. */
    ConfinementStatus status();

    /** Ends vaults and this router's own descriptors; leaves everything in force. */
    @Override
    void close();

    /**
     * A destination in the kernel.
     *
     * @param container {@link ConfinedContainer#id}
     * @param overlay where the container connects to
     * @param useOverlay whether it is an entry of {@link #putOverlay}
     * @param peer see {@link Target#peer}; 0 with useOverlay
     * @param grantId see {@link Target#grantId}; 0 with useOverlay
     * @param validUntilNanos when it expires
     * @param lastUsedNanos when a connect was last let through, 0 if never
     * @param target where it leads; null with useOverlay
     */
    record KnownDestination(
            int container,
            Endpoint overlay,
            boolean useOverlay,
            int peer,
            int grantId,
            long validUntilNanos,
            long lastUsedNanos,
            @Nullable Target target) {}
}
