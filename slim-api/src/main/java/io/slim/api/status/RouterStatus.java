package io.slim.api.status;

import io.slim.api.RouterConfig;
import io.slim.api.RouterState;
import io.slim.api.health.RouterHealth;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A router at one moment. It is read in several pieces, so that connections never wait for it: numbers that belong together
 * may be some milliseconds apart. Immutable.
 *
 * @param version of the router; {@code unknown} if it was not packaged
 * @param state in its life
 * @param config what it was built with
 * @param health whether all is well, what is not, and what the resolver says of itself
 * @param certificate of this host; empty if control connections are not protected
 * @param started when; {@link Instant#EPOCH} if it was not
 * @param containers those of this host that use it
 * @param listeners with a shadow, in total
 * @param peers the routers of other hosts that it knows at present
 * @param counters what happened since the start
 * @param secure what there is in secure mode; empty in non-secure mode
 */
public record RouterStatus(
        String version,
        RouterState state,
        RouterConfig config,
        RouterHealth health,
        Optional<CertificateStatus> certificate,
        Instant started,
        List<ContainerStatus> containers,
        ListenerCounts listeners,
        List<PeerStatus> peers,
        RouterCounters counters,
        Optional<SecureStatus> secure) {

    /** Copies the lists. */
    public RouterStatus {
        containers = List.copyOf(containers);
        peers = List.copyOf(peers);
    }
}
