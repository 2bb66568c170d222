package io.slim.router.confine;

import java.net.InetAddress;

/**
 * What confinement is for, and its bounds. The kernel keeps the maps of an earlier router with the sizes that they were made with.
 *
 * @param hostAddress that host sockets are bound to
 * @param containers at one time
 * @param socketsPerContainer host sockets of one container that are not closed yet: clients and shadows, not accepted ones
 * @param destinationsPerContainer overlay endpoints of one container that the kernel knows a way to
 * @param destinations in all
 * @param peers hosts, for {@link Confinement#peerAlive}
 * @param grants to clients of other hosts, in all
 * @param handshakes that are half done at one time, in all; one client host has at most a sixteenth
 * @param flowLog whether the ends of connections are told, see {@link Confinement#endedFlows}
 */
public record ConfinementConfig(
        InetAddress hostAddress,
        int containers,
        int socketsPerContainer,
        int destinationsPerContainer,
        int destinations,
        int peers,
        int grants,
        int handshakes,
        boolean flowLog) {

    /** Without a flow log. */
    public ConfinementConfig(
            InetAddress hostAddress,
            int containers,
            int socketsPerContainer,
            int destinationsPerContainer,
            int destinations,
            int peers,
            int grants,
            int handshakes) {
        this(
                hostAddress,
                containers,
                socketsPerContainer,
                destinationsPerContainer,
                destinations,
                peers,
                grants,
                handshakes,
                false);
    }

    /** 4096 containers with 16384 sockets and 4096 destinations each, 65536 destinations, 4096 peers, 65536 grants and handshakes. */
    public static ConfinementConfig forHost(InetAddress hostAddress) {
        return new ConfinementConfig(hostAddress, 4096, 16384, 4096, 65536, 4096, 65536, 65536);
    }
}
