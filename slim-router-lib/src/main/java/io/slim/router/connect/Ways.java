package io.slim.router.connect;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.Confinement;
import io.slim.router.container.Container;
import io.slim.router.control.GrantOffer;
import io.slim.router.control.Peers;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.Upstreams;
import io.slim.router.proof.Pair;
import io.slim.router.proof.Proofs;
import io.slim.router.resolver.Resolving;
import io.slim.router.secure.SecureMode;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways past the overlay that the kernel knows. Only the event loop touches it.
 *
 * <p>A way holds as long as its grant and the overlay's proof, and as long as its peer is heard of. While the kernel says that
 * it is used, both are renewed in the background; else it just expires. A peer that ends its connection (it is started anew)
 * leaves its kernel in force, so its ways go on for some seconds; one that falls silent loses them at once. When a peer
 * is back its ways are asked for anew: what it has said meanwhile was not heard.
 */
final class Ways {

    private static final Logger LOG = LoggerFactory.getLogger(Ways.class);

    private static final long TICK_MILLIS = 1000;
    private static final long SHORTEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(900);
    private static final long LONGEST_LOOK_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int LOOKS = 4;

    /** A handshake that goes well has long been done by then. */
    private static final long HANDSHAKE_MILLIS = 1000;

    private final RouterConfig config;
    private final RouterLoop loop;
    private final SecureMode secure;
    private final Resolving resolver;
    private final Peers peers;
    private final Proofs proofs;
    private final GrantSource grants;
    private final Counters counters;
    private final Heartbeats heartbeats;
    private final Upstreams upstreams;
    private final Map<Key, Way> ways = new LinkedHashMap<>();
    private Runnable ticking = () -> {};
    private @Nullable RecoveredWays recovered;
    private Followers followers = Followers.NONE;

    private record Key(Container container, Endpoint destination) {}

    @Inject
    Ways(
            RouterConfig config,
            RouterLoop loop,
            SecureMode secure,
            Resolving resolver,
            Peers peers,
            Proofs proofs,
            GrantSource grants,
            Heartbeats heartbeats,
            Upstreams upstreams,
            Counters counters) {
        this.config = config;
        this.loop = loop;
        this.secure = secure;
        this.resolver = resolver;
        this.peers = peers;
        this.proofs = proofs;
        this.grants = grants;
        this.counters = counters;
        this.heartbeats = heartbeats;
        this.upstreams = upstreams;
    }

    /** What is in the kernel because of ways. */
    interface Followers {
        Followers NONE = new Followers() {
            @Override
            public void told(Way way) {}

            @Override
            public void gone(Way way) {}

            @Override
            public long lastUsedNanos(Way way) {
                return 0;
            }
        };

        /** The kernel was told of a way, or that it holds longer. */
        void told(Way way);

        /** It is no way any more. */
        void gone(Way way);

        /** When it was last used by what follows it, 0 if never. */
        long lastUsedNanos(Way way);
    }

    /** To be called before the first way. */
    void follow(Followers by) {
        followers = by;
    }

    void start() {
        recovered = new RecoveredWays(kernel(), resolver, heartbeats);
        ticking = loop.repeat(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Looks no more: the kernel's maps are about to be closed. What is in them stays in force. */
    void close() {
        ticking.run();
    }

    private Confinement kernel() {
        return secure.confinement();
    }

    /** The way there; null if there is none. */
    @Nullable
    Way get(Container container, Endpoint destination) {
        return ways.get(new Key(container, destination));
    }

    /**
     * Adds a way.
     *
     * @param sendRate what this side's policy allows, in bytes per second, 0 = not limited
     * @param askedNanos when the grant was asked for
     * @return null if there is no room for it, or no right
     */
    @Nullable
    Way add(Pair pair, long sendRate, GrantOffer offer, long askedNanos) {
        int index = heartbeats.begin(pair.host());
        if (index == Heartbeats.NONE && makeRoom()) {
            index = heartbeats.begin(pair.host());
        }
        if (index == Heartbeats.NONE) {
            return null;
        }
        Way way = new Way(pair, index, sendRate, offer, askedNanos);
        if (!tell(way)) {
            return null;
        }
        ways.put(new Key(pair.container(), pair.destination()), way);
        return way;
    }

    /** Hosts to which no way leads lose their number. */
    private boolean makeRoom() {
        Set<InetAddress> inUse = new HashSet<>();
        ways.values().forEach(way -> inUse.add(way.host()));
        if (recovered != null) {
            recovered.retain(inUse);
        }
        return heartbeats.retain(inUse);
    }

    /** Tells the kernel of a way, again or for the first time; false if it cannot be. */
    boolean tell(Way way) {
        long now = System.nanoTime();
        long proved = proofs.provedUntil(way.pair(), now);
        long granted = way.grantUntilNanos();
        long until = proved - granted < 0 ? proved : granted;
        ConfinedContainer confined = way.container().confined();
        if (until - now <= 0 || confined == null) {
            return false;
        }
        way.validUntil(until);
        if (!kernel().putDestination(confined, way.destination(), way.target())) {
            return false;
        }
        lookLater(way, now);
        counters.add(Counter.WAYS);
        followers.told(way);
        return true;
    }

    /**
     * Whether the kernel leads connections that way, and goes on to. If the peer is being started anew nothing is known of it but that its kernel
     * goes on; what holds now holds for its time.
     */
    boolean leads(Way way) {
        return isReachable(way.host()) ? tell(way) : way.validUntilNanos() - System.nanoTime() > 0;
    }

    private static void lookLater(Way way, long now) {
        long pause = (way.validUntilNanos() - now) / LOOKS;
        way.lookAt(now + Math.max(SHORTEST_LOOK_NANOS, Math.min(LONGEST_LOOK_NANOS, pause)));
    }

    /**
     * The kernel knows these ways no longer.
     *
     * @param refused whether their peers take no connections with them any more, so that one that is being made would wait in
     *     vain
     */
    void drop(Predicate<Way> condition, boolean refused) {
        Map<InetAddress, Set<Integer>> byHost = drop(condition);
        if (refused) {
            byHost.forEach((host, ids) ->
                    loop.schedule(() -> endHandshakes(host, ids), HANDSHAKE_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    /** Returns the grants, by the host that gave them. */
    private Map<InetAddress, Set<Integer>> drop(Predicate<Way> condition) {
        Map<InetAddress, Set<Integer>> byHost = new HashMap<>();
        for (Way way : ways.values().stream().filter(condition).toList()) {
            remove(way);
            counters.add(Counter.WAYS_DROPPED);
            byHost.computeIfAbsent(way.host(), host -> new HashSet<>()).add(way.grantId());
        }
        return byHost;
    }

    /** Tells how many connections the kernel has let through on each way that there is, but of no more than are told apart. */
    void connects(ObjLongConsumer<Endpoint> visitor) {
        ways.values().stream().limit(Upstreams.MOST).forEach(way -> {
            ConfinedContainer confined = way.container().confined();
            if (confined != null) {
                visitor.accept(way.destination(), kernel().connects(confined, way.destination()));
            }
        });
    }

    private void remove(Way way) {
        ways.remove(new Key(way.container(), way.destination()), way);
        forget(way.container(), way.destination());
        followers.gone(way);
    }

    /** The kernel forgets a destination, but not how many connections it has let through. */
    void forget(Container container, Endpoint destination) {
        ConfinedContainer place = container.place();
        if (place != null) {
            upstreams.tookHostPath(destination, kernel().connects(place, destination));
            kernel().removeDestination(place, destination);
        }
    }

    /** Something went this way; as long as that is so, it is renewed. */
    void used(Way way, long nanos) {
        if (way.used(nanos)) {
            proofs.used(way.pair());
        }
    }

    private void endHandshakes(InetAddress host, Set<Integer> ids) {
        Set<Integer> gone = stillGone(host, ids);
        if (!gone.isEmpty()) {
            kernel().endHandshakes(host, gone, ended -> LOG.debug("{} handshakes with {} ended", ended, host));
        }
    }

    /** What was granted again meanwhile is good. */
    private Set<Integer> stillGone(InetAddress host, Set<Integer> ids) {
        Set<Integer> gone = new HashSet<>(ids);
        ways.values().stream().filter(way -> way.host().equals(host)).forEach(way -> gone.remove(way.grantId()));
        return gone;
    }

    /** Ends what goes these ways, and makes the kernel forget them. Returns how many there were. */
    int end(Predicate<Way> condition) {
        Map<InetAddress, Set<Integer>> byHost = drop(condition);
        byHost.forEach((host, ids) -> kernel().endConnections(
                        host,
                        ids,
                        ended -> LOG.info("{} connections to host {} ended: they may not be any more", ended, host)));
        byHost.forEach(
                (host, ids) -> loop.schedule(() -> endStragglers(host, ids), HANDSHAKE_MILLIS, TimeUnit.MILLISECONDS));
        return byHost.values().stream().mapToInt(Set::size).sum();
    }

    /**
     * A connect that the kernel had let through a moment before was in none of its tables yet when they were walked. The peer answers it no more, or
     * only the client believes that it has been answered.
     */
    private void endStragglers(InetAddress host, Set<Integer> ids) {
        Set<Integer> gone = stillGone(host, ids);
        if (!gone.isEmpty()) {
            kernel().endConnections(host, gone, ended -> LOG.debug("{} late connections to {} ended", ended, host));
        }
    }

    /** The peer is back: whatever it has said meanwhile was not heard. */
    void connected(InetAddress host) {
        drop(way -> way.host().equals(host), true);
        if (recovered != null) {
            recovered.connected(host);
        }
    }

    /** The peer is gone, and perhaps its host. */
    void silent(InetAddress host) {
        heartbeats.stop(host);
        drop(way -> way.host().equals(host), true);
    }

    private void tick() {
        heartbeats.beat();
        long now = System.nanoTime();
        for (Way way : new ArrayList<>(ways.values())) {
            if (now - way.lookNanos() >= 0) {
                look(way, now);
            }
        }
    }

    private void look(Way way, long now) {
        ConfinedContainer confined = way.container().confined();
        if (confined == null || way.validUntilNanos() - now <= 0) {
            remove(way);
            return;
        }
        lookLater(way, now);
        used(way, Math.max(kernel().lastUsedNanos(confined, way.destination()), followers.lastUsedNanos(way)));
        if (!isReachable(way.host())) {
            return; // It is back soon, or its ways expire.
        }
        long proved = proofs.provedUntil(way.pair(), now);
        if (proved - now <= 0) {
            drop(each -> each == way, true);
        } else if (way.isGrantOld(now) && way.isInUse()) {
            renew(way);
        } else if (proved - way.validUntilNanos() > 0 && way.grantUntilNanos() - way.validUntilNanos() > 0) {
            tellOrDrop(way);
        }
    }

    private boolean isReachable(InetAddress host) {
        return host.equals(config.hostAddress()) || peers.isConnected(host);
    }

    private void renew(Way way) {
        if (way.isRenewing()) {
            return;
        }
        way.renewing(true);
        long asked = System.nanoTime();
        grants.ask(way.pair(), (reason, offer) -> {
            way.renewing(false);
            if (get(way.container(), way.destination()) != way) {
                return;
            }
            if (offer != null) {
                way.granted(offer, asked);
                tellOrDrop(way);
            } else if (reason != Reason.TIMEOUT && reason != Reason.NO_PEER) {
                drop(each -> each == way, true);
            }
        });
    }

    private void tellOrDrop(Way way) {
        if (!tell(way)) {
            drop(each -> each == way, false);
        }
    }

    /** How many there are. */
    int size() {
        return ways.size();
    }
}
