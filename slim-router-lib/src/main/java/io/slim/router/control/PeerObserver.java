package io.slim.router.control;

import io.slim.api.Endpoint;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;

/** Is told what routers of other hosts say unasked, and whether they are there. Called by the event loop. */
public interface PeerObserver {

    /** What was learnt from this peer no longer holds: it was connected, or lost. */
    void peerChanged(InetAddress host);

    /** This peer is connected from now on; what it may have said meanwhile was not heard. */
    default void connected(InetAddress host) {}

    /**
     * This peer was connected and is no longer, or its host does not answer when it is dialled.
     *
     * @param silent whether nothing is heard of its host, which may be gone; else the peer has ended the connection
     */
    default void lost(InetAddress host, boolean silent) {}

    /**
     * This peer takes no connections with these grants any more.
     *
     * @param grants their numbers there
     */
    default void grantsRevoked(InetAddress host, Collection<Integer> grants) {}

    /** This peer was too slow to answer for a moment, and has caught up: what its silence has taught no longer holds. */
    void peerAnswersAgain(InetAddress host);

    /**
     * What was learnt about these endpoints no longer holds.
     *
     * @param host the peer's
     * @param endpoints overlay endpoints
     * @param offered whether a listener can now be reached there
     */
    void listenersChanged(InetAddress host, List<Endpoint> endpoints, boolean offered);

    /**
     * A probe has arrived over the overlay.
     *
     * @param host the peer's
     * @param probe its number there, see {@link ProofCallback}
     * @param validMillis for how long the peer takes that as a proof; a negative number is a large unsigned one
     */
    default void proofSeen(InetAddress host, long probe, int validMillis) {}
}
