package io.slim.router.grant;

import io.slim.router.confine.GrantKey;
import io.slim.router.container.Container;
import org.jspecify.annotations.Nullable;

/** A grant that was given and has not ended. Only the event loop touches it. */
final class Given {

    private final int id;
    private final Pair pair;
    private final int shadowId;
    private final Container container;
    private GrantKey key;
    private long endNanos;
    private long kernelUntilNanos;

    Given(int id, Pair pair, int shadowId, Container container, GrantKey key) {
        this.id = id;
        this.pair = pair;
        this.shadowId = shadowId;
        this.container = container;
        this.key = key;
    }

    int id() {
        return id;
    }

    Pair pair() {
        return pair;
    }

    /** What the listener is called in the kernel. */
    int shadowId() {
        return shadowId;
    }

    /** The one that listens. */
    Container container() {
        return container;
    }

    GrantKey key() {
        return key;
    }

    /** From now on it has another key, and another end. */
    void renewed(GrantKey other, long end) {
        key = other;
        endNanos = end;
    }

    void endsAt(long end) {
        endNanos = end;
    }

    /** When its life ends, even if the overlay is still for it. */
    long endNanos() {
        return endNanos;
    }

    /** Until when the kernel takes it. */
    long kernelUntilNanos() {
        return kernelUntilNanos;
    }

    void kernelTakesItUntil(long nanos) {
        kernelUntilNanos = nanos;
    }

    boolean isOf(@Nullable Container which) {
        return container == which;
    }

    @Override
    public String toString() {
        return "grant " + Integer.toUnsignedString(id) + " (" + pair + ")";
    }
}
