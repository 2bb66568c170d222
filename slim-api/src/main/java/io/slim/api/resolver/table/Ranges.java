package io.slim.api.resolver.table;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** The ranges of addresses in each of which one prefix wins, by their starts. Not thread-safe. */
final class Ranges {

    private final long[] high;
    private final long[] low;
    /** Index of the prefix, or -1 where none contains the range. */
    private final int[] winner;

    private int size;

    private Ranges(int most) {
        high = new long[most];
        low = new long[most];
        winner = new int[most];
    }

    /**
     * Cuts the addresses.
     *
     * @param prefixes sorted, none twice
     * @param which those that count
     */
    static Ranges of(List<Prefix> prefixes, Predicate<Prefix> which) {
        int count = Math.toIntExact(prefixes.stream().filter(which).count());
        Ranges ranges = new Ranges(Math.multiplyExact(2, count));
        Deque<Integer> around = new ArrayDeque<>();
        for (int i = 0; i < prefixes.size(); i++) {
            Prefix prefix = prefixes.get(i);
            if (which.test(prefix)) {
                while (!around.isEmpty() && !prefixes.get(around.element()).contains(prefix.high(), prefix.low())) {
                    ranges.end(prefixes, around);
                }
                ranges.add(prefix.high(), prefix.low(), i);
                around.push(i);
            }
        }
        while (!around.isEmpty()) {
            ranges.end(prefixes, around);
        }
        return ranges;
    }

    /** Ends the innermost prefix; the one around it goes on after it. Nothing follows the very last address of a family. */
    private void end(List<Prefix> prefixes, Deque<Integer> around) {
        Prefix inner = prefixes.get(around.pop());
        long nextLow = inner.lastLow() + 1;
        long nextHigh = inner.lastHigh() + (nextLow == 0 ? 1 : 0);
        boolean last = inner.isFour() ? (int) nextLow == 0 : nextLow == 0 && nextHigh == 0;
        if (!last) {
            add(nextHigh, nextLow, around.isEmpty() ? -1 : around.element());
        }
    }

    /** A range that starts where the last one does replaces it. */
    private void add(long startHigh, long startLow, int wins) {
        if (size > 0 && high[size - 1] == startHigh && low[size - 1] == startLow) {
            size--;
        }
        high[size] = startHigh;
        low[size] = startLow;
        winner[size] = wins;
        size++;
    }

    int size() {
        return size;
    }

    long low(int index) {
        return low[index];
    }

    long[] highs() {
        return Arrays.copyOf(high, size);
    }

    long[] lows() {
        return Arrays.copyOf(low, size);
    }

    int[] winners() {
        return Arrays.copyOf(winner, size);
    }
}
