package io.slim.router.connect;

import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.container.Container;
import io.slim.router.control.GrantOffer;
import io.slim.router.observe.RareLog;
import io.slim.router.proof.Pair;
import io.slim.router.proof.Proofs;
import io.slim.router.secure.SecureMode;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * Finds out all that a way needs, once for all who ask meanwhile: whether overlay and network allow it, and the grant of the destination's router. Refusals
 * are remembered, and told to the kernel, for a while. Only the event loop touches it.
 */
final class WaySearch {

    private final SecureMode secure;
    private final Proofs proofs;
    private final Trials trials;
    private final GrantSource source;
    private final Ways ways;
    private final RouteFinder routes;
    private final RareLog rareLog = new RareLog(LoggerFactory.getLogger(WaySearch.class));
    private final NegativeCache negative = new NegativeCache(System::nanoTime, this::forgotten);
    private final Map<Key, List<Waiting>> asking = new HashMap<>();

    private record Key(Container container, Endpoint destination) {}

    /** Whoever waits for a way gets one of these, perhaps at once. */
    interface Waiting {
        /** The kernel knows the way. */
        void found(Way way);

        /** There is none. */
        void none(Reason reason);
    }

    @Inject
    WaySearch(SecureMode secure, Proofs proofs, Trials trials, GrantSource source, Ways ways, RouteFinder routes) {
        this.secure = secure;
        this.proofs = proofs;
        this.trials = trials;
        this.source = source;
        this.ways = ways;
        this.routes = routes;
    }

    /** What is known not to be reachable. */
    NegativeCache negative() {
        return negative;
    }

    static Pair pair(Route route) {
        return new Pair(route.container(), route.self(), route.destination(), route.host());
    }

    /** Whether the kernel knows the way already. */
    private boolean knows(Route route) {
        Way known = ways.get(route.container(), route.destination());
        return known != null && known.pair().equals(pair(route)) && ways.leads(known);
    }

    /**
     * Takes the way that there is, or finds one.
     *
     * @param sendRate what this side's policy allows, in bytes per second, 0 = not limited
     */
    void find(Route route, long sendRate, Waiting waiting) {
        Way known = ways.get(route.container(), route.destination());
        if (known != null && knows(route)) {
            waiting.found(known);
            return;
        }
        Key key = new Key(route.container(), route.destination());
        List<Waiting> others = asking.get(key);
        if (others != null) {
            others.add(waiting);
            return;
        }
        asking.put(key, new ArrayList<>(List.of(waiting)));
        search(pair(route), sendRate);
    }

    private void search(Pair pair, long sendRate) {
        proofs.require(pair, proof -> {
            if (proof == Reason.TIMEOUT) {
                // It is still being found out: nothing has been learnt that the next connect should believe.
                take(pair).forEach(waiting -> waiting.none(proof));
            } else if (proof != Reason.NONE) {
                refused(pair, proof);
            } else {
                trials.require(pair.host(), trial -> {
                    if (trial != Reason.NONE) {
                        refused(pair, trial);
                    } else {
                        askForGrant(pair, sendRate);
                    }
                });
            }
        });
    }

    private void askForGrant(Pair pair, long sendRate) {
        long askedNanos = System.nanoTime();
        source.ask(pair, (reason, offer) -> {
            if (offer == null) {
                refused(pair, reason);
            } else {
                granted(pair, sendRate, offer, askedNanos);
            }
        });
    }

    /** While others were asked, the policy or the resolver may have changed, or the container have left or been found to get no host sockets. */
    private void granted(Pair pair, long sendRate, GrantOffer offer, long askedNanos) {
        if (pair.container().withheld() != null) {
            refused(pair, Reason.CAPABILITY);
            return;
        }
        if (!routes.isAllowed(pair)) {
            refused(pair, Reason.POLICY);
            return;
        }
        Way way = ways.add(pair, sendRate, offer, askedNanos);
        if (way == null) {
            rareLog.warn("room", "{} stays on the overlay: the kernel has no room for the way there", pair);
            refused(pair, Reason.LIMIT);
            return;
        }
        take(pair).forEach(waiting -> waiting.found(way));
    }

    private List<Waiting> take(Pair pair) {
        List<Waiting> waiting = asking.remove(new Key(pair.container(), pair.destination()));
        return waiting == null ? List.of() : waiting;
    }

    private void refused(Pair pair, Reason reason) {
        if (reason == Reason.NO_PROOF) {
            proofs.doubt(pair);
        }
        Way outdated = ways.get(pair.container(), pair.destination());
        if (outdated != null) {
            ways.drop(way -> way == outdated, false);
        }
        ConfinedContainer confined = pair.container().confined();
        if (confined != null) {
            negative.remember(pair.container(), pair.destination(), pair.host(), reason)
                    .ifPresent(until -> {
                        boolean unused = secure.confinement().putOverlay(confined, pair.destination(), until);
                    });
        }
        take(pair).forEach(waiting -> waiting.none(reason));
    }

    /** A refusal that the kernel was told of holds no longer. */
    private void forgotten(Container container, Endpoint destination) {
        ConfinedContainer confined = container.confined();
        if (confined != null && ways.get(container, destination) == null) {
            secure.confinement().removeDestination(confined, destination);
        }
    }
}
