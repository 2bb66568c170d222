package io.slim.api.resolver.table;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Prefixes and what they stand for; the longest that contains an address wins. Immutable.
 *
 * <p>Prefixes may lie within each other but never overlap otherwise, so all addresses can be cut into ranges in each of
 * which one prefix wins (see {@link Ranges}). The table holds the sorted starts of these ranges, at most two per prefix,
 * in plain arrays: 8 bytes per range of IPv4, 20 of IPv6, no objects, and about 2 for the index that says where to search
 * (see {@link StartIndex}).
 *
 * @param <V> what prefixes stand for
 */
public final class PrefixTable<V> {

    /** Below that the starts fit into the caches, and an index would only be in their way. */
    private static final int FEW = 64;

    private final int[] four;
    /** Null if there are few. */
    private final StartIndex fourIndex;

    private final Object[] fourValues;

    /** Upper and lower half of each start, one after the other: what is looked at together is in one cache line. */
    private final long[] six;

    /** Null if there are few. */
    private final StartIndex sixIndex;

    private final Object[] sixValues;
    private final int size;

    private PrefixTable(Ranges fours, Ranges sixes, List<V> values) {
        size = values.size();
        four = new int[fours.size()];
        long[] fourHigh = new long[four.length];
        for (int i = 0; i < four.length; i++) {
            four[i] = (int) fours.low(i);
            fourHigh[i] = fours.low(i) << 32;
        }
        fourIndex = four.length < FEW ? null : StartIndex.of(fourHigh, new long[four.length], 32);
        fourValues = won(fours.winners(), values);
        long[] high = sixes.highs();
        long[] low = sixes.lows();
        six = new long[2 * high.length];
        for (int i = 0; i < high.length; i++) {
            six[2 * i] = high[i];
            six[2 * i + 1] = low[i];
        }
        sixIndex = high.length < FEW ? null : StartIndex.of(high, low, 128);
        sixValues = won(sixes.winners(), values);
    }

    private static Object[] won(int[] winners, List<?> values) {
        Object[] won = new Object[winners.length];
        for (int i = 0; i < winners.length; i++) {
            won[i] = winners[i] < 0 ? null : values.get(winners[i]);
        }
        return won;
    }

    /**
     * A prefix and what it stands for.
     *
     * @param prefix no two are the same
     * @param value what is found
     * @param <V> what prefixes stand for
     */
    public record Entry<V>(Prefix prefix, V value) {}

    /**
     * Makes a table.
     *
     * @param entries with different prefixes; null is no value
     */
    public static <V> PrefixTable<V> of(Collection<Entry<V>> entries) {
        List<Entry<V>> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparing(Entry::prefix));
        List<Prefix> prefixes = new ArrayList<>(sorted.size());
        List<V> values = new ArrayList<>(sorted.size());
        for (Entry<V> entry : sorted) {
            prefixes.add(entry.prefix());
            values.add(entry.value());
        }
        return new PrefixTable<>(
                Ranges.of(prefixes, Prefix::isFour), Ranges.of(prefixes, prefix -> !prefix.isFour()), values);
    }

    /** What the longest prefix that contains the address stands for; null if none does. Any thread. */
    @SuppressWarnings("unchecked") // All that is in the arrays are values.
    public V find(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            int range = findFour(Prefix.int32(bytes, 0));
            return range < 0 ? null : (V) fourValues[range];
        }
        int range = findSix(Prefix.int64(bytes, 0), Prefix.int64(bytes, 8));
        return range < 0 ? null : (V) sixValues[range];
    }

    private int findFour(int address) {
        if (fourIndex != null) {
            int hint = fourIndex.hint((long) address << 32, 0);
            int next = nextFour(StartIndex.from(hint), StartIndex.to(hint), address);
            if ((next == 0 || Integer.compareUnsigned(four[next - 1], address) <= 0)
                    && (next == four.length || Integer.compareUnsigned(four[next], address) > 0)) {
                return next - 1;
            }
        }
        return nextFour(0, four.length, address) - 1;
    }

    /** The first start that is greater. */
    private int nextFour(int first, int end, int address) {
        int from = first;
        int to = end;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (Integer.compareUnsigned(four[middle], address) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private int findSix(long high, long low) {
        int starts = six.length / 2;
        if (sixIndex != null) {
            int hint = sixIndex.hint(high, low);
            int next = nextSix(StartIndex.from(hint), StartIndex.to(hint), high, low);
            if ((next == 0 || compareSix(next - 1, high, low) <= 0)
                    && (next == starts || compareSix(next, high, low) > 0)) {
                return next - 1;
            }
        }
        return nextSix(0, starts, high, low) - 1;
    }

    private int nextSix(int first, int end, long high, long low) {
        int from = first;
        int to = end;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (compareSix(middle, high, low) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private int compareSix(int start, long high, long low) {
        return Prefix.compare(six[2 * start], six[2 * start + 1], high, low);
    }

    /** Number of prefixes. */
    public int size() {
        return size;
    }

    /** For logs. */
    @Override
    public String toString() {
        return size() + " prefixes";
    }
}
