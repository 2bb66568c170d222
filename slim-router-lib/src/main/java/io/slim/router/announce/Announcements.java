package io.slim.router.announce;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.RouterMode;
import io.slim.api.Subscription;
import io.slim.api.event.Reason;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.container.PeerTable;
import io.slim.router.listen.ListenService;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.policy.PolicyCheck;
import io.slim.router.proof.Witness;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides on the server's side whether a client may connect to a listener of this host, and if so makes the client known to
 * the listener's container before the connection arrives. Only the event loop touches it.
 */
public final class Announcements {

    private static final long SWEEP_SECONDS = 5;
    /** So many sweeps see each set once. */
    private static final int SWEEPS_PER_ROUND = 12;

    private final RouterConfig config;
    private final RouterLoop loop;
    private final Admission admission;
    private final PolicyCheck policy;
    private final Containers containers;
    private final ListenService listeners;
    private final Witness witness;
    private final Counters counters;
    private @Nullable Subscription policyChanges;

    @Inject
    Announcements(
            RouterConfig config,
            RouterLoop loop,
            Admission admission,
            PolicyCheck policy,
            Containers containers,
            ListenService listeners,
            Witness witness,
            Counters counters) {
        this.config = config;
        this.loop = loop;
        this.admission = admission;
        this.policy = policy;
        this.containers = containers;
        this.listeners = listeners;
        this.witness = witness;
        this.counters = counters;
    }

    /**
     * The answer to an announcement.
     *
     * @param reason {@link Reason#NONE} if the client may come
     * @param shadowPort where to, on this host
     * @param sendRate most bytes per second that the client may send, 0 = not limited
     */
    public record Answer(Reason reason, int shadowPort, long sendRate) {}

    /** Starts to forget clients that never came, and to tell peers when the policy has changed. */
    public void start() {
        policyChanges = policy.onChange(() -> loop.executeIfOpen(listeners::tellAgain));
        Runnable unused = loop.repeat(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * A client wants to come.
     *
     * @param clientHost address of the host that says so, which is known and not just claimed
     * @param clientPort port of its host socket
     * @param client overlay address of its container
     * @param destination overlay endpoint
     */
    public Answer announce(InetAddress clientHost, int clientPort, InetAddress client, Endpoint destination) {
        if (config.mode() == RouterMode.SECURE) {
            return refuse(Reason.UNSUPPORTED);
        }
        Admission.Decision decision = admission.decide(clientHost, client, destination);
        Container container = decision.container();
        if (container == null) {
            return refuse(decision.reason());
        }
        if (!witness.knows(clientHost, client, destination, container)) {
            return refuse(Reason.NO_PROOF);
        }
        int port = decision.shadowPort();
        if (!container.table().announce(clientHost, clientPort, port, client, destination.address())) {
            counters.add(Counter.ANNOUNCEMENTS_EVICTED);
        }
        counters.add(Counter.ANNOUNCEMENTS);
        return new Answer(Reason.NONE, port, decision.sendRate());
    }

    private Answer refuse(Reason reason) {
        counters.add(Counter.ANNOUNCEMENTS_REFUSED);
        return new Answer(reason, 0, 0);
    }

    private void sweep() {
        for (Container container : containers.all()) {
            if (!container.hasTable()) {
                continue;
            }
            PeerTable table = container.table();
            table.sweep(
                    Math.max(1, table.sets() / SWEEPS_PER_ROUND),
                    config.times().announceTtl().toSeconds());
        }
    }

    /** The policy, which may live on, forgets the router. */
    public void close() {
        if (policyChanges != null) {
            policyChanges.close();
        }
    }
}
