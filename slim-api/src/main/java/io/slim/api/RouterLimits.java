package io.slim.api;

/**
 * Bounds of a router. Reaching one is counted and logged, and the connection or listener concerned stays on the
 * overlay.
 *
 * @param containers known at one time, registered and found
 * @param connections of shims, in total
 * @param connectionsPerContainer of shims
 * @param connectsPerContainer being decided at one time
 * @param listenersPerContainer with a shadow
 * @param peers routers of other hosts that are talked to
 * @param peerTableSets sets of 16 entries in each container's peer table (1 KiB each, used as needed); a power of two
 * @param readySockets host sockets kept ready for each pair of container and destination; 0 turns that off
 * @param grantsPerPeer that clients of one host have, in secure mode
 * @param grantsPerContainer for listeners of one container, in secure mode
 */
public record RouterLimits(
        int containers,
        int connections,
        int connectionsPerContainer,
        int connectsPerContainer,
        int listenersPerContainer,
        int peers,
        int peerTableSets,
        int readySockets,
        int grantsPerPeer,
        int grantsPerContainer) {

    /** 4096, 16384, 2048, 512, 1024, 4096, 2048, 4, 16384, 16384. */
    public static final RouterLimits DEFAULT =
            new RouterLimits(4096, 16384, 2048, 512, 1024, 4096, 2048, 4, 16384, 16384);

    /** The same with another {@link #containers}. */
    public RouterLimits withContainers(int value) {
        return new RouterLimits(
                value,
                connections,
                connectionsPerContainer,
                connectsPerContainer,
                listenersPerContainer,
                peers,
                peerTableSets,
                readySockets,
                grantsPerPeer,
                grantsPerContainer);
    }

    /** The same with another {@link #connections}. */
    public RouterLimits withConnections(int value) {
        return new RouterLimits(
                containers,
                value,
                connectionsPerContainer,
                connectsPerContainer,
                listenersPerContainer,
                peers,
                peerTableSets,
                readySockets,
                grantsPerPeer,
                grantsPerContainer);
    }

    /** The same with another {@link #connectionsPerContainer}. */
    public RouterLimits withConnectionsPerContainer(int value) {
        return new RouterLimits(
                containers,
                connections,
                value,
                connectsPerContainer,
                listenersPerContainer,
                peers,
                peerTableSets,
                readySockets,
                grantsPerPeer,
                grantsPerContainer);
    }

    /** The same with another {@link #connectsPerContainer}. */
    public RouterLimits withConnectsPerContainer(int value) {
        return new RouterLimits(
                containers,
                connections,
                connectionsPerContainer,
                value,
                listenersPerContainer,
                peers,
                peerTableSets,
                readySockets,
                grantsPerPeer,
                grantsPerContainer);
    }

    /** The same with another {@link #listenersPerContainer}. */
    public RouterLimits withListenersPerContainer(int value) {
        return new RouterLimits(
                containers,
                connections,
                connectionsPerContainer,
                connectsPerContainer,
                value,
                peers,
                peerTableSets,
                readySockets,
                grantsPerPeer,
                grantsPerContainer);
    }

    /** The same with another {@link #peers}. */
    public RouterLimits withPeers(int value) {
        return new RouterLimits(
                containers,
                connections,
                connectionsPerContainer,
                connectsPerContainer,
                listenersPerContainer,
                value,
                peerTableSets,
                readySockets,
                grantsPerPeer,
                grantsPerContainer);
    }

    /** The same with another {@link #peerTableSets}. */
    public RouterLimits withPeerTableSets(int value) {
        return new RouterLimits(
                containers,
                connections,
                connectionsPerContainer,
                connectsPerContainer,
                listenersPerContainer,
                peers,
                value,
                readySockets,
                grantsPerPeer,
                grantsPerContainer);
    }

    /** The same with another {@link #readySockets}. */
    public RouterLimits withReadySockets(int value) {
        return new RouterLimits(
                containers,
                connections,
                connectionsPerContainer,
                connectsPerContainer,
                listenersPerContainer,
                peers,
                peerTableSets,
                value,
                grantsPerPeer,
                grantsPerContainer);
    }

    /** The same with another {@link #grantsPerPeer}. */
    public RouterLimits withGrantsPerPeer(int value) {
        return new RouterLimits(
                containers,
                connections,
                connectionsPerContainer,
                connectsPerContainer,
                listenersPerContainer,
                peers,
                peerTableSets,
                readySockets,
                value,
                grantsPerContainer);
    }

    /** The same with another {@link #grantsPerContainer}. */
    public RouterLimits withGrantsPerContainer(int value) {
        return new RouterLimits(
                containers,
                connections,
                connectionsPerContainer,
                connectsPerContainer,
                listenersPerContainer,
                peers,
                peerTableSets,
                readySockets,
                grantsPerPeer,
                value);
    }
}
