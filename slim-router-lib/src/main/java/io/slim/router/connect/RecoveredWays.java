package io.slim.router.connect;

import io.slim.api.resolver.Resolution;
import io.slim.router.confine.Confinement;
import io.slim.router.confine.Confinement.KnownDestination;
import io.slim.router.resolver.Resolving;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ways that an earlier router has told the kernel. They hold until they expire or their peer is back; then they are asked for anew. The numbers of peers must
 * be what they were, and lead to where the resolver says. Those to virtual endpoints are removed at once, since nobody knows what is behind them: who
 * connects there asks anew.
 */
final class RecoveredWays {

    private static final Logger LOG = LoggerFactory.getLogger(RecoveredWays.class);

    private final Confinement kernel;
    private final Resolving resolver;
    private final Heartbeats heartbeats;
    /** Hosts to which they may lead. */
    private final Set<InetAddress> hosts = new HashSet<>();

    RecoveredWays(Confinement kernel, Resolving resolver, Heartbeats heartbeats) {
        this.kernel = kernel;
        this.resolver = resolver;
        this.heartbeats = heartbeats;
        int stale = kernel.removeDestinations(known -> !known.useOverlay() && !recovers(known));
        if (stale > 0 || !hosts.isEmpty()) {
            LOG.info("ways of an earlier router lead to {} hosts; {} led elsewhere", hosts.size(), stale);
        }
    }

    private boolean recovers(KnownDestination known) {
        if (resolver.resolve(known.overlay().address()) instanceof Resolution.OnHost found
                && heartbeats.recover(found.host(), known.peer())) {
            hosts.add(found.host());
            return true;
        }
        return false;
    }

    /** Only these hosts have a number from now on. */
    void retain(Set<InetAddress> inUse) {
        hosts.retainAll(inUse);
    }

    /** The peer is back. */
    void connected(InetAddress host) {
        int index = heartbeats.known(host);
        if (hosts.remove(host) && index != Heartbeats.NONE) {
            int count = kernel.removeDestinations(known -> !known.useOverlay() && known.peer() == index);
            LOG.debug("{} ways of an earlier router to {} are forgotten", count, host);
        }
    }
}
