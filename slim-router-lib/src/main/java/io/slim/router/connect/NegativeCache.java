package io.slim.router.connect;

import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import io.slim.router.container.Container;
import java.net.InetAddress;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
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
            // It is in another mode; it would have to be started anew.
            Reason.UNSUPPORTED, 5000L,
            Reason.POLICY, 1000L,
            // Its own or the other container's; both are told when that changes.
            Reason.CAPABILITY, 5000L,
            Reason.NOT_IDENTIFIED, 1000L));

    private final LongSupplier nanoTime;
    private final BiConsumer<Container, Endpoint> forgotten;
    private final Map<Key, Known> entries = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
            boolean full = size() > MOST_ENTRIES;
            if (full) {
                tell(eldest.getKey());
            }
            return full;
        }
    };

    private record Key(Container container, Endpoint destination) {}

    private record Known(Reason reason, InetAddress host, long untilNanos) {}

    NegativeCache(LongSupplier nanoTime) {
        this(nanoTime, (container, destination) -> {});
    }

    /**
     * One that somebody has a copy of.
     *
     * @param forgotten is told what is no longer known
     */
    NegativeCache(LongSupplier nanoTime, BiConsumer<Container, Endpoint> forgotten) {
        this.nanoTime = nanoTime;
        this.forgotten = forgotten;
    }

    private void tell(Key key) {
        forgotten.accept(key.container(), key.destination());
    }

    private void forgetIf(BiPredicate<Key, Known> condition) {
        entries.entrySet().removeIf(entry -> {
            boolean goes = condition.test(entry.getKey(), entry.getValue());
            if (goes) {
                tell(entry.getKey());
            }
            return goes;
        });
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
            tell(key);
            return null;
        }
        return entry.reason();
    }

    /**
     * Remembers what the router of a host, or its silence, has taught. Other reasons are not remembered.
     *
     * @return until when, by the clock; empty if it is not remembered
     */
    OptionalLong remember(Container container, Endpoint destination, InetAddress host, Reason reason) {
        Long hold = HOLD_MILLIS.get(reason);
        if (hold == null) {
            return OptionalLong.empty();
        }
        long until = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(hold);
        Key key = new Key(container, destination);
        entries.remove(key);
        entries.put(key, new Known(reason, host, until));
        return OptionalLong.of(until);
    }

    /** The same, for those who have no use for the time. */
    void put(Container container, Endpoint destination, InetAddress host, Reason reason) {
        OptionalLong unused = remember(container, destination, host, reason);
    }

    /** Forgets what has expired, of which a copy would stay otherwise. */
    void sweep() {
        long now = nanoTime.getAsLong();
        forgetIf((key, known) -> now - known.untilNanos() >= 0);
    }

    void forgetHost(InetAddress host) {
        forgetIf((key, known) -> known.host().equals(host));
    }

    void forgetDestinations(Collection<Endpoint> destinations) {
        forgetIf((key, known) -> destinations.contains(key.destination()));
    }

    void forgetContainer(Container container) {
        forgetIf((key, known) -> key.container() == container);
    }

    void forgetAll() {
        forgetIf((key, known) -> true);
    }

    int size() {
        return entries.size();
    }
}
