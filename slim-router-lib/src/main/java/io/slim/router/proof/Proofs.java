package io.slim.router.proof;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.control.PeerObserver;
import io.slim.router.control.Peers;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.RareLog;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's side of proofs: which pairs the overlay lets through. Asked for each connect. Only the event loop touches it.
 *
 * <p>The first connection of a pair waits for the proof, for less than the connect deadline. From then on nobody waits: a
 * proof that is used is renewed in the background before it ends. After the overlay has refused a pair, its connections take
 * the overlay at once; the next ones after a pause, which grows up to half of a proof's time, have it tried again in the
 * background. Bounded: the pair used longest ago gives way.
 */
public final class Proofs {

    private static final Logger LOG = LoggerFactory.getLogger(Proofs.class);

    private static final int MOST_PAIRS = 16_384;
    private static final long SHORTEST_TICK_MILLIS = 50;
    private static final int TICKS_PER_TTL = 30;
    private static final long ENDLESS_NANOS = TimeUnit.DAYS.toNanos(1);

    private final RouterConfig config;
    private final ProofSettings settings;
    private final RouterLoop loop;
    private final Containers containers;
    private final Peers peers;
    private final Probes probes;
    private final Counters counters;
    private final RareLog rareLog = new RareLog(LOG);
    private final Map<Key, Standing> standings = new LinkedHashMap<>(16, 0.75f, true);
    private boolean ticking;

    /** By namespace: a container that has no process for a moment is another object afterwards, and the same to the overlay. */
    private record Key(long namespace, InetAddress client, Endpoint destination, InetAddress host) {

        static Key of(Pair pair) {
            return new Key(pair.container().namespace(), pair.client(), pair.destination(), pair.host());
        }
    }

    @Inject
    Proofs(
            RouterConfig config,
            ProofSettings settings,
            RouterLoop loop,
            Containers containers,
            Peers peers,
            Probes probes,
            Counters counters) {
        this.config = config;
        this.settings = settings;
        this.loop = loop;
        this.containers = containers;
        this.peers = peers;
        this.probes = probes;
        this.counters = counters;
    }

    /** Starts to listen to what makes knowledge stale. */
    public void start() {
        if (!settings.isOn()) {
            return;
        }
        peers.observe(new PeerObserver() {
            @Override
            public void peerChanged(InetAddress host) {
                revoke(key -> key.host().equals(host));
            }

            @Override
            public void peerAnswersAgain(InetAddress host) {
                // It has kept what it knew.
            }

            @Override
            public void listenersChanged(InetAddress host, List<Endpoint> endpoints, boolean offered) {
                // A listener that comes back is the same to the overlay.
            }

            @Override
            public void proofSeen(InetAddress host, long number, int validMillis) {
                probes.seen(host, number, validMillis);
            }
        });
        containers.onDeparture(this::forget);
    }

    /**
     * Tells whether a pair may bypass the overlay.
     *
     * @param decided gets {@link Reason#NONE} if it may, else why not, {@link Reason#TIMEOUT} if it is still being found
     *     out; once, possibly before this method returns, and within three quarters of the connect deadline
     */
    public void require(Pair pair, Consumer<Reason> decided) {
        if (!settings.isOn()) {
            decided.accept(Reason.NONE);
            return;
        }
        long now = System.nanoTime();
        Key key = Key.of(pair);
        Standing standing = standings.get(key);
        if (standing == null) {
            standing = new Standing(settings.ttlNanos(), now);
            standings.put(key, standing);
            makeRoom();
            tickSoon();
        }
        standing.used(pair, now);
        if (standing.holds(now)) {
            renewIfDue(standing, now);
            decided.accept(Reason.NONE);
        } else if (standing.isPaused(now)) {
            decided.accept(Reason.NO_PROOF);
        } else if (standing.isRefuted()) {
            tryNow(pair, standing);
            decided.accept(Reason.NO_PROOF);
        } else if (standing.isLate()) {
            decided.accept(Reason.TIMEOUT);
        } else {
            await(pair, standing, decided);
        }
    }

    private void await(Pair pair, Standing standing, Consumer<Reason> decided) {
        // Each waiter is an object of its own, whatever was passed.
        Consumer<Reason> waiter = new Consumer<>() {
            @Override
            public void accept(Reason reason) {
                pair.container().addConnects(-1);
                decided.accept(reason);
            }
        };
        pair.container().addConnects(1);
        standing.await(waiter);
        tryNow(pair, standing);
        loop.schedule(
                () -> {
                    if (standing.giveUp(waiter)) {
                        waiter.accept(Reason.TIMEOUT);
                    }
                },
                config.times().connectDeadline().toNanos() / 4 * 3,
                TimeUnit.NANOSECONDS);
    }

    /**
     * Until when a pair may bypass the overlay, by {@link System#nanoTime}; {@code otherwise} if it may not at present, or
     * if that is not known.
     */
    public long provedUntil(Pair pair, long otherwise) {
        long now = System.nanoTime();
        if (!settings.isOn()) {
            return now + ENDLESS_NANOS;
        }
        Standing standing = standings.get(Key.of(pair));
        return standing != null && standing.holds(now) ? standing.untilNanos() : otherwise;
    }

    /** A pair was used although nobody asked: as long as that is so, its proof is renewed before it ends. */
    public void used(Pair pair) {
        Standing standing = standings.get(Key.of(pair));
        if (standing != null) {
            standing.used(pair, System.nanoTime());
        }
    }

    /** The peer does not know of the proof: it has to be made anew. */
    public void doubt(Pair pair) {
        Standing standing = standings.get(Key.of(pair));
        if (standing != null) {
            standing.revoke();
        }
    }

    private void tryNow(Pair pair, Standing standing) {
        if (standing.probe() != null) {
            return;
        }
        Probe probe = probes.prepare(pair, outcome -> ended(pair, standing, outcome));
        standing.probe(probe);
        probes.start(probe);
    }

    private void ended(Pair pair, Standing standing, Probe.Outcome outcome) {
        LOG.debug(
                "{}: {} after {} us {}",
                pair,
                outcome.reason(),
                TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - outcome.sinceNanos()),
                outcome.why());
        List<Consumer<Reason>> waiting = standing.take(outcome, System.nanoTime());
        if (outcome.reason() == Reason.NONE) {
            counters.add(Counter.PROOFS);
        } else if (outcome.reason() == Reason.NO_PROOF) {
            counters.add(Counter.PROOFS_MISSED);
            if (standing.isRefuted()) {
                rareLog.warn(
                        "missed " + pair,
                        "the overlay does not let {} through: {}; their connections stay on the overlay until it does",
                        pair,
                        outcome.why());
            }
        }
        waiting.forEach(waiter -> waiter.accept(outcome.reason()));
    }

    private void tick() {
        ticking = false;
        long now = System.nanoTime();
        for (Standing standing : new ArrayList<>(standings.values())) {
            renewIfDue(standing, now);
        }
        standings.values().removeIf(standing -> standing.isForgettable(now));
        if (!standings.isEmpty()) {
            tickSoon();
        }
    }

    /** Nobody can visit a container of which no program is connected; the next one that connects is in time for it. */
    private void renewIfDue(Standing standing, long now) {
        Pair user = standing.user();
        if (user != null && user.container().isSettled() && standing.isDue(now)) {
            tryNow(user, standing);
        }
    }

    /** Only while there is something to look after. */
    private void tickSoon() {
        if (!ticking) {
            ticking = true;
            long ttlMillis = TimeUnit.NANOSECONDS.toMillis(settings.ttlNanos());
            loop.schedule(this::tick, Math.max(SHORTEST_TICK_MILLIS, ttlMillis / TICKS_PER_TTL), TimeUnit.MILLISECONDS);
        }
    }

    private void makeRoom() {
        while (standings.size() > MOST_PAIRS) {
            remove(standings.keySet().iterator().next());
        }
    }

    /** What is known of it stays: it may come back. */
    private void forget(Container container) {
        for (Standing standing : new ArrayList<>(standings.values())) {
            Pair user = standing.user();
            if (user != null && user.container() == container) {
                standing.userGone();
                end(standing);
            }
        }
    }

    private void remove(Key key) {
        Standing standing = standings.remove(key);
        if (standing != null) {
            end(standing);
        }
    }

    private static void end(Standing standing) {
        Probe probe = standing.probe();
        if (probe != null) {
            probe.end(Reason.INTERNAL, "the container is gone, or too many others are known");
        }
    }

    private void revoke(Predicate<Key> which) {
        standings.forEach((key, standing) -> {
            if (which.test(key)) {
                standing.revoke();
            }
        });
    }

    /** Ends all probes. */
    public void close() {
        List.copyOf(standings.keySet()).forEach(this::remove);
    }
}
