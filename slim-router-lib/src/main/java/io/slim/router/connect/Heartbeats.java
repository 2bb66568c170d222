package io.slim.router.connect;

import io.slim.api.RouterConfig;
import io.slim.router.control.Peers;
import io.slim.router.secure.SecureMode;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Tells the kernel which hosts are there: past that time it takes no way to them. Each host has a number there, so that one
 * heartbeat renews all that leads to it. Only the event loop touches it.
 */
final class Heartbeats {

    /** There is no room for another host. */
    static final int NONE = PeerIndexes.NONE;

    /** For how long a peer that was heard of is believed to be there: time for either router to be started anew. */
    private static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final long ALWAYS_NANOS = TimeUnit.DAYS.toNanos(1);

    private final RouterConfig config;
    private final SecureMode secure;
    private final Peers peers;
    private final PeerIndexes indexes;

    @Inject
    Heartbeats(RouterConfig config, SecureMode secure, Peers peers) {
        this.config = config;
        this.secure = secure;
        this.peers = peers;
        this.indexes = new PeerIndexes(config.limits().peers() + 1);
    }

    /** The number of a host that is there at present; {@link #NONE} if there is no room for it. */
    int begin(InetAddress host) {
        int index = indexes.of(host);
        if (index != NONE) {
            beat(host, index);
        }
        return index;
    }

    /** The host's number, {@link #NONE} if it has none. */
    int known(InetAddress host) {
        return indexes.known(host);
    }

    /** See {@link PeerIndexes#recover}. */
    boolean recover(InetAddress host, int index) {
        return indexes.recover(host, index);
    }

    /** To be called about once a second. */
    void beat() {
        indexes.all().forEach(this::beat);
    }

    private void beat(InetAddress host, int index) {
        if (host.equals(config.hostAddress())) {
            secure.confinement().peerAlive(index, System.nanoTime() + ALWAYS_NANOS);
        } else if (peers.isConnected(host)) {
            long heard = peers.lastHeardNanos(host, System.nanoTime());
            secure.confinement().peerAlive(index, heard + ALIVE_NANOS);
        }
    }

    /** The host may be gone. */
    void stop(InetAddress host) {
        int index = indexes.known(host);
        if (index != NONE) {
            secure.confinement().peerAlive(index, 0);
        }
    }

    /** Hosts other than these lose their number. Tells whether there were any. */
    boolean retain(Set<InetAddress> hosts) {
        boolean found = false;
        for (Map.Entry<InetAddress, Integer> host : indexes.all().entrySet()) {
            if (!hosts.contains(host.getKey())) {
                secure.confinement().peerAlive(host.getValue(), 0);
                indexes.release(host.getKey());
                found = true;
            }
        }
        return found;
    }
}
