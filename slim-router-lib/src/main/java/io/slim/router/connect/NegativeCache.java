package io.slim.router.connect;

import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import io.slim.router.container.Container;
import java.net.InetAddress;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which destinations cannot be reached past the overlay at present, so that the peer is not asked again for each connect.
 * Holds only what was learnt from peers or by waiting for them; the resolver's own answers cost nothing. Bounded: the
 * oldest gives way. Only the event loop touches it.
 */
final class NegativeCache {

    private static final int MOST_ENTRIES = 4096;

    /** For how long an answer holds if no event says otherwise. */
    private static final Map<Reason, Long> HOLD_MILLIS = new EnumMap<>(Map.of(
            Reason.NO_LISTENER, 5000L,
            Reason.NO_PEER, 1000L,
            Reason.TIMEOUT, 1000L,
            Reason.POLICY, 1000L,
            Reason.NOT_IDENTIFIED, 1000L));

    private final LongSupplier nanoTime;
    private final Map<Key, Known> entries = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
            return size() > MOST_ENTRIES;
        }
    };

    private record Key(Container container, Endpoint destination) {}

    private record Known(Reason reason, InetAddress host, long untilNanos) {}

    NegativeCache(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Why the overlay is to be used; null if nothing is known. */
    @Nullable
    Reason get(Container container, Endpoint destination) {
        Key key = new Key(container, destination);
        Known entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        if (nanoTime.getAsLong() - entry.untilNanos() >= 0) {
            entries.remove(key);
            return null;
        }
        return entry.reason();
    }

    /** Remembers what the router of a host, or its silence, has taught. Other reasons are not remembered. */
    void put(Container container, Endpoint destination, InetAddress host, Reason reason) {
        Long hold = HOLD_MILLIS.get(reason);
        if (hold != null) {
            long until = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(hold);
            Key key = new Key(container, destination);
            entries.remove(key);
            entries.put(key, new Known(reason, host, until));
        }
    }

    void forgetHost(InetAddress host) {
        entries.values().removeIf(entry -> entry.host().equals(host));
    }

    void forgetDestinations(Collection<Endpoint> destinations) {
        entries.keySet().removeIf(key -> destinations.contains(key.destination()));
    }

    void forgetContainer(Container container) {
        entries.keySet().removeIf(key -> key.container() == container);
    }

    void forgetAll() {
        entries.clear();
    }

    int size() {
        return entries.size();
    }
}
