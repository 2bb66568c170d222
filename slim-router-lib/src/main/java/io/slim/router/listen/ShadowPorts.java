package io.slim.router.listen;

import io.slim.api.PortRange;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * Which ports of the listen range are free. A released port rests: clients that learnt of it late, and connections still
 * on their way, must not meet another container's listener. Only the event loop touches it.
 */
final class ShadowPorts {

    private final PortRange range;
    private final long restNanos;
    private final LongSupplier nanoTime;
    private final BitSet used = new BitSet();
    private final BitSet resting = new BitSet();
    private final long[] restsUntil;
    private int next;

    ShadowPorts(PortRange range, long restNanos, LongSupplier nanoTime) {
        this.range = range;
        this.restNanos = restNanos;
        this.nanoTime = nanoTime;
        this.restsUntil = new long[range.size()];
    }

    /** Takes the free port that was not used for longest, more or less; empty if all are used or rest. */
    OptionalInt take() {
        long now = nanoTime.getAsLong();
        for (int i = 0; i < restsUntil.length; i++) {
            int candidate = (next + i) % restsUntil.length;
            if (resting.get(candidate) && now - restsUntil[candidate] >= 0) {
                resting.clear(candidate);
            }
            if (!used.get(candidate) && !resting.get(candidate)) {
                used.set(candidate);
                next = (candidate + 1) % restsUntil.length;
                return OptionalInt.of(range.first() + candidate);
            }
        }
        return OptionalInt.empty();
    }

    /** Somebody has the port already, whatever it did; ports outside the range are nobody's concern. */
    void keep(int port) {
        if (range.contains(port)) {
            used.set(port - range.first());
            resting.clear(port - range.first());
        }
    }

    /** Gives a port back; from now on it rests. */
    void release(int port) {
        rests(port, 0);
    }

    /** The port was given back that long ago. */
    void rests(int port, long sinceNanos) {
        if (!range.contains(port)) {
            return;
        }
        int index = port - range.first();
        used.clear(index);
        resting.set(index);
        restsUntil[index] = nanoTime.getAsLong() + restNanos - sinceNanos;
    }
}
