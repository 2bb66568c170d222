package io.slim.api.resolver.table;

import java.util.Arrays;

/**
 * Where to look for an address among sorted starts of ranges. Immutable.
 *
 * <p>A tree: each node tells what is below it apart by the next few bits after those that all of it has in common, so that
 * with a million starts two or three steps lead to a handful, however long their addresses are. What it answers is a hint:
 * it does not look at the bits in common, so that the search must be checked. For an address that has others, or where starts
 * lie so unevenly that the tree would get too deep, the hint is wrong and all starts have to be searched.
 */
final class StartIndex {

    private static final int COUNT_BITS = 3;
    private static final int MOST_IN_LEAF = (1 << COUNT_BITS) - 1;
    private static final int MOST_WIDTH = 12;
    private static final int MOST_DEPTH = 12;

    private final int[] nodes;
    private final int root;

    private StartIndex(int[] nodes, int root) {
        this.nodes = nodes;
        this.root = root;
    }

    /**
     * Makes an index.
     *
     * @param high upper halves of the starts, sorted; no start is there twice
     * @param low their lower halves
     * @param bits of an address, from the upper half's first bit on
     */
    static StartIndex of(long[] high, long[] low, int bits) {
        Planting planting = new Planting(high, low, bits);
        int root = planting.slot(0, high.length, 0);
        return new StartIndex(Arrays.copyOf(planting.nodes, planting.size), root);
    }

    private static final class Planting {

        private final long[] high;
        private final long[] low;
        private final int bits;

        /**
         * A node is the first bit that it looks at and how many (the lower five bits of the int), then a slot for each value of
         * these. A slot is a node's place (as ~place), or the index of a first start and the number of starts.
         */
        private int[] nodes = new int[1024];

        private int size;

        Planting(long[] high, long[] low, int bits) {
            this.high = high;
            this.low = low;
            this.bits = bits;
        }

        int slot(int from, int to, int depth) {
            int count = to - from;
            if (count <= MOST_IN_LEAF) {
                return from << COUNT_BITS | count;
            }
            return depth == MOST_DEPTH ? from << COUNT_BITS : ~node(from, to, depth);
        }

        private int node(int from, int to, int depth) {
            int first = inCommon(from, to - 1);
            int log = 31 - Integer.numberOfLeadingZeros(to - from);
            int width = Math.min(Math.min(log - 1, MOST_WIDTH), bits - first);
            int place = size;
            size += 1 + (1 << width);
            if (size > nodes.length) {
                nodes = Arrays.copyOf(nodes, Math.max(size, nodes.length * 2));
            }
            nodes[place] = first << 5 | width;
            int start = from;
            for (int value = 0; value < 1 << width; value++) {
                int end = start;
                while (end < to && value(high[end], low[end], first, width) == value) {
                    end++;
                }
                int slot = slot(start, end, depth + 1);
                nodes[place + 1 + value] = slot;
                start = end;
            }
            return place;
        }

        private int inCommon(int one, int other) {
            long differ = high[one] ^ high[other];
            return differ != 0
                    ? Long.numberOfLeadingZeros(differ)
                    : 64 + Long.numberOfLeadingZeros(low[one] ^ low[other]);
        }
    }

    private static int value(long high, long low, int first, int width) {
        int end = first + width;
        long shifted;
        if (end <= 64) {
            shifted = high >>> (64 - end);
        } else if (first >= 64) {
            shifted = low >>> (128 - end);
        } else {
            shifted = high << (end - 64) | low >>> (128 - end);
        }
        return (int) shifted & ((1 << width) - 1);
    }

    /** A hint; see {@link #from} and {@link #to}. */
    int hint(long addressHigh, long addressLow) {
        int at = root;
        while (at < 0) {
            int place = ~at;
            int node = nodes[place];
            at = nodes[place + 1 + value(addressHigh, addressLow, node >>> 5, node & 31)];
        }
        return at;
    }

    /** All starts before this one are smaller than the address, if the hint is right. */
    static int from(int hint) {
        return hint >>> COUNT_BITS;
    }

    /** This start and all after it are greater than the address, if the hint is right. */
    static int to(int hint) {
        return (hint >>> COUNT_BITS) + (hint & MOST_IN_LEAF);
    }
}
