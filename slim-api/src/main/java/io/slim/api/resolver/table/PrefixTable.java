package io.slim.api.resolver.table;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Prefixes and what they stand for; the longest that contains an address wins. Immutable.
 *
 * <p>Prefixes may lie within each other but never overlap otherwise, so all addresses can be cut into ranges in each of
 * which one prefix wins (see {@link Ranges}). The table holds the sorted starts of these ranges, at most two per prefix,
 * in plain arrays and finds an address by one binary search: 8 bytes per range of IPv4, 20 of IPv6, no objects. Where to
 * search among those of IPv4 is looked up by the address's first 16 bits.
 *
 * @param <V> what prefixes stand for
 */
public final class PrefixTable<V> {

    private static final int BLOCK_BITS = 16;
    private static final int BLOCKS = 1 << BLOCK_BITS;
    /** Below that the index by blocks would be larger than what it leads to. */
    private static final int FEW = 4096;

    private final int[] four;
    private final int[] fourWinner;
    /** For each block of IPv4 addresses how many ranges start before it; empty if there are few ranges. */
    private final int[] blocks;

    private final long[] sixHigh;
    private final long[] sixLow;
    private final int[] sixWinner;
    private final List<V> values;

    private PrefixTable(Ranges fours, Ranges sixes, List<V> values) {
        four = new int[fours.size()];
        for (int i = 0; i < four.length; i++) {
            four[i] = (int) fours.low(i);
        }
        fourWinner = fours.winners();
        blocks = four.length < FEW ? new int[0] : blocks(four);
        sixHigh = sixes.highs();
        sixLow = sixes.lows();
        sixWinner = sixes.winners();
        this.values = values;
    }

    private static int[] blocks(int[] starts) {
        int[] before = new int[BLOCKS + 1];
        Arrays.fill(before, starts.length);
        for (int i = starts.length - 1; i >= 0; i--) {
            before[starts[i] >>> BLOCK_BITS] = i;
        }
        for (int block = BLOCKS - 1; block >= 0; block--) {
            before[block] = Math.min(before[block], before[block + 1]);
        }
        return before;
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
    public V find(InetAddress address) {
        byte[] bytes = address.getAddress();
        int found = bytes.length == 4
                ? findFour(Prefix.int32(bytes, 0))
                : findSix(Prefix.int64(bytes, 0), Prefix.int64(bytes, 8));
        return found < 0 ? null : values.get(found);
    }

    private int findFour(int address) {
        int from = 0;
        int to = four.length;
        if (blocks.length > 0) {
            int block = address >>> BLOCK_BITS;
            from = blocks[block];
            to = blocks[block + 1];
        }
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (Integer.compareUnsigned(four[middle], address) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from == 0 ? -1 : fourWinner[from - 1];
    }

    private int findSix(long high, long low) {
        int from = 0;
        int to = sixWinner.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (Prefix.compare(sixHigh[middle], sixLow[middle], high, low) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from == 0 ? -1 : sixWinner[from - 1];
    }

    /** Number of prefixes. */
    public int size() {
        return values.size();
    }

    /** For logs. */
    @Override
    public String toString() {
        return size() + " prefixes";
    }
}
