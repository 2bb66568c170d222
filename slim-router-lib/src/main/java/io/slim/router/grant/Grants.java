package io.slim.router.grant;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.router.announce.Admission;
import io.slim.router.confine.Confinement;
import io.slim.router.confine.Grant;
import io.slim.router.confine.GrantKey;
import io.slim.router.container.Container;
import io.slim.router.control.GrantOffer;
import io.slim.router.listen.ListenService;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.RareLog;
import io.slim.router.proof.Witness;
import io.slim.router.secure.SecureMode;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives clients the right to connect to listeners of this host, and takes it back. Only the event loop touches it.
 *
 * <p>A pair of client and destination has one grant at most. Who asks again gets the same one with a new key. The kernel takes
 * connections with it for ten minutes, but never longer than the overlay's proof holds, which is extended with each new proof:
 * so it is this side that enforces what the overlay says. When a grant ends before its time, its client is told; when access
 * is revoked the kernel is told first, and live connections are ended.
 */
public final class Grants {

    private static final Logger LOG = LoggerFactory.getLogger(Grants.class);

    /** How long a key is used. */
    static final long LIFE_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** A connection that began while the client's router still believed in the proof has so long to arrive. */
    private static final long ON_THE_WAY_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Clients have heard of a withdrawal by then, and what they had sent before has arrived. */
    private static final long WITHDRAWAL_MILLIS = 1000;

    private static final long SWEEP_SECONDS = 5;

    private final RouterConfig config;
    private final RouterLoop loop;
    private final SecureMode secure;
    private final Admission admission;
    private final Witness witness;
    private final ListenService listeners;
    private final GrantChecks checks;
    private final Counters counters;
    private final RareLog rareLog = new RareLog(LOG);
    private final SecureRandom random = new SecureRandom();
    private final GrantTable table = new GrantTable();
    private final List<RevocationObserver> observers = new ArrayList<>();

    private Runnable sweeping = () -> {};

    @Inject
    Grants(
            RouterConfig config,
            RouterLoop loop,
            SecureMode secure,
            Admission admission,
            Witness witness,
            ListenService listeners,
            GrantChecks checks,
            Counters counters) {
        this.config = config;
        this.loop = loop;
        this.secure = secure;
        this.admission = admission;
        this.witness = witness;
        this.listeners = listeners;
        this.checks = checks;
        this.counters = counters;
    }

    /**
     * The answer to a request.
     *
     * @param reason {@link Reason#NONE} if it is granted
     * @param offer null if it is not
     */
    public record Answer(Reason reason, @Nullable GrantOffer offer) {}

    /** Asks to be told of grants that end before their time. */
    public void observe(RevocationObserver observer) {
        observers.add(observer);
    }

    /** Starts to listen to what ends grants. Does nothing in non-secure mode. */
    public void start() {
        if (!secure.isOn()) {
            return;
        }
        listeners.onWithdrawal(this::withdrawn);
        witness.observe((clientHost, client, destination, untilNanos) ->
                extend(table.get(new Pair(clientHost, client, destination)), untilNanos));
        checks.start(this::checkAgain, container -> revoke(given -> given.isOf(container), "it is gone", false));
        sweeping = loop.repeat(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * A client wants to connect to a listener of this host.
     *
     * @param clientHost address of the host that says so, which is known and not just claimed
     * @param client overlay address of its container
     * @param destination overlay endpoint
     */
    public Answer request(InetAddress clientHost, InetAddress client, Endpoint destination) {
        if (!secure.isOn()) {
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
        Pair pair = new Pair(clientHost, client, destination);
        Given given = table.get(pair);
        if (given != null && (given.shadowId() != decision.shadowId() || !renew(given))) {
            end(given);
            given = null;
        }
        if (given == null) {
            given = give(pair, decision.shadowId(), container);
        }
        return given == null ? refuse(Reason.LIMIT) : granted(given, decision);
    }

    private static Answer granted(Given given, Admission.Decision decision) {
        return new Answer(
                Reason.NONE,
                new GrantOffer(
                        decision.shadowPort(),
                        given.id(),
                        given.key(),
                        TimeUnit.NANOSECONDS.toMillis(LIFE_NANOS),
                        decision.sendRate()));
    }

    private Answer refuse(Reason reason) {
        counters.add(Counter.GRANTS_REFUSED);
        return new Answer(reason, null);
    }

    private @Nullable Given give(Pair pair, int shadowId, Container container) {
        if (isFull(pair, container)) {
            return null;
        }
        int id = secure.confinement().newId();
        Given given = new Given(id, pair, shadowId, container, GrantKey.random(random));
        given.endsAt(System.nanoTime() + LIFE_NANOS);
        long until = kernelUntil(given);
        Grant grant = new Grant(id, shadowId, pair.clientHost(), pair.client(), pair.destination(), given.key(), until);
        if (!secure.confinement().putGrant(grant)) {
            rareLog.warn("kernel", "{} stays on the overlay: the kernel has no room for its grant", pair);
            return null;
        }
        given.kernelTakesItUntil(until);
        table.add(given);
        counters.add(Counter.GRANTS);
        return given;
    }

    private boolean isFull(Pair pair, Container container) {
        boolean peers = table.of(pair.clientHost()) >= config.limits().grantsPerPeer();
        if (peers || table.of(container) >= config.limits().grantsPerContainer()) {
            rareLog.warn(
                    "full " + (peers ? pair.clientHost() : container),
                    "{} stays on the overlay: {} has as many grants as allowed",
                    pair,
                    peers ? "the router of " + pair.clientHost().getHostAddress() : container);
            return true;
        }
        return false;
    }

    private boolean renew(Given given) {
        given.renewed(GrantKey.random(random), System.nanoTime() + LIFE_NANOS);
        long until = kernelUntil(given);
        if (!secure.confinement().renewGrant(given.id(), given.key(), until)) {
            return false;
        }
        given.kernelTakesItUntil(until);
        counters.add(Counter.GRANTS_RENEWED);
        return true;
    }

    private long kernelUntil(Given given) {
        Pair pair = given.pair();
        long now = System.nanoTime();
        long proved = witness.knownUntil(pair.clientHost(), pair.client(), pair.destination(), given.container(), now);
        return earlier(given.endNanos(), proved + ON_THE_WAY_NANOS);
    }

    private static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }

    private void extend(@Nullable Given given, long provedUntilNanos) {
        if (given == null) {
            return;
        }
        long until = earlier(given.endNanos(), provedUntilNanos + ON_THE_WAY_NANOS);
        if (until - given.kernelUntilNanos() > 0) {
            if (secure.confinement().extendGrant(given.id(), until)) {
                given.kernelTakesItUntil(until);
            }
        }
    }

    /** Clients know already. Who is on the way still gets in. */
    private void withdrawn(int shadowId) {
        loop.schedule(
                () -> {
                    if (!listeners.isOffered(shadowId)) {
                        table.matching(given -> given.shadowId() == shadowId).forEach(this::end);
                    }
                },
                WITHDRAWAL_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void checkAgain() {
        revoke(given -> !isAllowed(given), "it may not any more", true);
    }

    private boolean isAllowed(Given given) {
        Pair pair = given.pair();
        return admission.isAllowed(pair.clientHost(), pair.client(), pair.destination(), given.container());
    }

    /**
     * Takes grants back: no connection is let in with them from now on, and their clients' routers are told.
     *
     * @param why for the log
     * @param endsConnections whether those that were made with them are ended, too
     * @return how many there were
     */
    private int revoke(Predicate<Given> condition, String why, boolean endsConnections) {
        List<Given> revoked = table.matching(condition);
        Map<InetAddress, List<Integer>> byHost = new HashMap<>();
        Set<Integer> all = new HashSet<>();
        for (Given given : revoked) {
            end(given);
            all.add(given.id());
            byHost.computeIfAbsent(given.pair().clientHost(), host -> new ArrayList<>())
                    .add(given.id());
            counters.add(Counter.GRANTS_REVOKED);
            LOG.debug("{} revoked: {}", given, why);
        }
        if (!revoked.isEmpty()) {
            LOG.info("{} grants revoked, {} first: {}", revoked.size(), revoked.get(0), why);
        }
        byHost.forEach((host, grants) -> observers.forEach(observer -> observer.revoked(host, grants)));
        if (endsConnections && !all.isEmpty()) {
            secure.confinement()
                    .endConnections(
                            config.hostAddress(), all, ended -> LOG.info("{} connections ended: {}", ended, why));
        }
        return revoked.size();
    }

    /** Takes back what an operator names, and ends the connections. */
    public int revoke(Revocation which) {
        return revoke(
                given -> which.isOf(
                        given.container().name(),
                        given.pair().clientHost(),
                        given.pair().client(),
                        given.pair().destination()),
                "an operator wants it",
                true);
    }

    private void end(Given given) {
        if (table.remove(given)) {
            secure.confinement().removeGrant(given.id());
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        table.matching(given -> given.kernelUntilNanos() - now < 0).forEach(this::end);
    }

    /** Goes on with what an earlier router has given, as far as its listener was found again. */
    public void recover() {
        if (!secure.isOn()) {
            return;
        }
        int found = 0;
        Confinement kernel = secure.confinement();
        for (Grant grant : List.copyOf(kernel.grants())) {
            Container container = listeners.containerOf(grant.listener());
            Pair pair = new Pair(grant.clientHost(), grant.client(), grant.destination());
            if (container == null || container.withheld() != null || table.get(pair) != null) {
                kernel.removeGrant(grant.id());
                continue;
            }
            Given given = new Given(grant.id(), pair, grant.listener(), container, grant.key());
            given.endsAt(grant.validUntilNanos());
            given.kernelTakesItUntil(grant.validUntilNanos());
            table.add(given);
            found++;
        }
        if (found > 0) {
            LOG.info("{} grants of an earlier router found again", found);
        }
    }

    /** How many there are. */
    public int size() {
        return table.size();
    }

    /** The policy and the resolver, which may live on, forget the router; what is in the kernel stays in force. */
    public void close() {
        sweeping.run();
        checks.close();
    }
}
