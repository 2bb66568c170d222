package io.slim.router.observe;

import io.slim.api.event.Reason;
import io.slim.api.status.RouterCounters;
import jakarta.inject.Inject;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What a router did since it started. Thread-safe. */
public final class Counters {

    private final Map<Counter, LongAdder> counters = zeroed(Counter.class);
    private final Map<Reason, LongAdder> connects = zeroed(Reason.class);
    private final Map<Reason, LongAdder> listens = zeroed(Reason.class);
    private final Decisions decisions = new Decisions();

    /** All are zero. */
    @Inject
    public Counters() {}

    private static <E extends Enum<E>> Map<E, LongAdder> zeroed(Class<E> type) {
        Map<E, LongAdder> map = new EnumMap<>(type);
        for (E key : type.getEnumConstants()) {
            map.put(key, new LongAdder());
        }
        return map;
    }

    /** One more. */
    public void add(Counter counter) {
        adder(counters, counter).increment();
    }

    /** So many more. */
    public void add(Counter counter, long count) {
        adder(counters, counter).add(count);
    }

    /** One more connect decided so. */
    public void connect(Reason reason) {
        adder(connects, reason).increment();
    }

    /** One more listen decided so. */
    public void listen(Reason reason) {
        adder(listens, reason).increment();
    }

    /** How many so far. */
    public long get(Counter counter) {
        return adder(counters, counter).sum();
    }

    /** How many connects were decided so; {@link Reason#NONE} counts host sockets. */
    public long connects(Reason reason) {
        return adder(connects, reason).sum();
    }

    /** How many listens were decided so; {@link Reason#NONE} counts shadows. */
    public long listens(Reason reason) {
        return adder(listens, reason).sum();
    }

    private static <E> LongAdder adder(Map<E, LongAdder> map, E key) {
        LongAdder adder = map.get(key);
        if (adder == null) {
            throw new AssertionError(key);
        }
        return adder;
    }

    /** All are zero again: what happened so far was the router's own doing. */
    public void clear() {
        Stream.of(counters, connects, listens)
                .flatMap(map -> map.values().stream())
                .forEach(LongAdder::reset);
        decisions.clear();
    }

    /** How long a decision about a connection took, from the question to the answer. */
    public void decided(long nanos) {
        decisions.add(nanos);
    }

    /** All of it at this moment. */
    public RouterCounters snapshot() {
        Map<String, Long> others = new TreeMap<>();
        counters.forEach((counter, adder) -> others.put(counter.name().toLowerCase(Locale.ROOT), adder.sum()));
        return new RouterCounters(sums(connects), sums(listens), others, decisions.snapshot());
    }

    private static Map<Reason, Long> sums(Map<Reason, LongAdder> map) {
        Map<Reason, Long> sums = new EnumMap<>(Reason.class);
        map.forEach((reason, adder) -> sums.put(reason, adder.sum()));
        return sums;
    }

    /** All that are not zero, on one line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        append(text, "connect.", connects);
        append(text, "listen.", listens);
        append(text, "", counters);
        return text.isEmpty() ? "nothing happened" : text.substring(1);
    }

    private static <E extends Enum<E>> void append(StringBuilder text, String prefix, Map<E, LongAdder> map) {
        map.forEach((key, adder) -> {
            if (adder.sum() != 0) {
                text.append(' ')
                        .append(prefix)
                        .append(key.name().toLowerCase(Locale.ROOT))
                        .append('=')
                        .append(adder.sum());
            }
        });
    }
}
