package io.slim.router.connect;

import io.slim.api.Endpoint;
import io.slim.router.container.Container;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.HostSockets.Bound;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Host sockets that are bound and announced to the peer already, so that the next connect on their route need not wait for
 * the peer. A route gets some when it is used for the second time within a minute; they are closed when the peer says that
 * the listener is gone, or after a minute. Bounded; the route used longest ago gives way. Only the event loop touches it.
 */
final class ReadySockets {

    private static final int MOST_ROUTES = 512;
    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final int perRoute;
    private final Counters counters;
    private final LongSupplier nanoTime;
    /** The route used longest ago comes first. */
    private final Map<Route, Pool> pools = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * A socket that is ready.
     *
     * @param socket the container's from now on, or else to be closed
     * @param shadowPort where to connect to, on the peer's host
     * @param sendRate what the peer allows, in bytes per second, 0 = not limited
     */
    record Ready(Bound socket, int shadowPort, long sendRate, long sinceNanos) {}

    private static final class Pool {
        private final ArrayDeque<Ready> ready = new ArrayDeque<>();
        private int coming;
        private boolean wanted;
        private long usedNanos;
    }

    ReadySockets(int perRoute, Counters counters, LongSupplier nanoTime) {
        this.perRoute = perRoute;
        this.counters = counters;
        this.nanoTime = nanoTime;
    }

    /** Takes a socket; null if none is ready. Counts as use of the route. */
    @Nullable
    Ready take(Route route) {
        if (perRoute == 0) {
            return null;
        }
        long now = nanoTime.getAsLong();
        Pool pool = pools.get(route);
        if (pool == null) {
            pool = new Pool();
            pools.put(route, pool);
            makeRoom();
        } else {
            pool.wanted = now - pool.usedNanos < KEEP_NANOS;
        }
        pool.usedNanos = now;
        dropOld(pool, now);
        return pool.ready.poll();
    }

    private void makeRoom() {
        while (pools.size() > MOST_ROUTES) {
            Route oldest = pools.keySet().iterator().next();
            drop(oldest);
        }
    }

    /**
     * How many sockets should be made for the route now; the caller announces each {@link #coming}. None as long as more than half are there: several
     * that are announced together cost the two routers less than each by itself.
     */
    int missing(Route route) {
        Pool pool = pools.get(route);
        if (pool == null || !pool.wanted) {
            return 0;
        }
        int there = pool.ready.size() + pool.coming;
        return there > perRoute / 2 ? 0 : perRoute - there;
    }

    /** One socket is being made. */
    void coming(Route route) {
        Pool pool = pools.get(route);
        if (pool != null) {
            pool.coming++;
        }
    }

    /** The peer has accepted; if the route was dropped meanwhile, the socket is closed. */
    void arrived(Route route, Bound socket, int shadowPort, long sendRate) {
        Pool pool = pools.get(route);
        if (pool == null || pool.coming == 0) {
            close(socket);
        } else {
            pool.coming--;
            pool.ready.add(new Ready(socket, shadowPort, sendRate, nanoTime.getAsLong()));
        }
    }

    /** The peer has refused, or did not answer: the route starts from the beginning. */
    void failed(Route route) {
        drop(route);
    }

    /** Closes what is older than a minute. */
    void sweep() {
        long now = nanoTime.getAsLong();
        for (Map.Entry<Route, Pool> entry : new ArrayList<>(pools.entrySet())) {
            Pool pool = entry.getValue();
            dropOld(pool, now);
            if (now - pool.usedNanos > KEEP_NANOS) {
                drop(entry.getKey());
            }
        }
    }

    private void dropOld(Pool pool, long now) {
        while (!pool.ready.isEmpty() && now - pool.ready.peek().sinceNanos() > KEEP_NANOS) {
            close(pool.ready.remove().socket());
        }
    }

    /** Drops the routes that are no longer valid. */
    void dropIf(Predicate<Route> invalid) {
        List<Route> dropped = pools.keySet().stream().filter(invalid).toList();
        dropped.forEach(this::drop);
    }

    void dropDestinations(List<Endpoint> destinations) {
        dropIf(route -> destinations.contains(route.destination()));
    }

    void dropContainer(Container container) {
        dropIf(route -> route.container() == container);
    }

    private void drop(Route route) {
        Pool pool = pools.remove(route);
        if (pool != null) {
            pool.ready.forEach(ready -> close(ready.socket()));
        }
    }

    private void close(Bound socket) {
        counters.add(Counter.READY_SOCKETS_DROPPED);
        Descriptors.close(socket.descriptor());
    }

    /** Sockets that are ready, on all routes. */
    int size() {
        return pools.values().stream().mapToInt(pool -> pool.ready.size()).sum();
    }

    void close() {
        dropIf(route -> true);
    }
}
