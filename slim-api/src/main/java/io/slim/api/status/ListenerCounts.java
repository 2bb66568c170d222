package io.slim.api.status;

/**
 * How many endpoints have a shadow.
 *
 * @param offered clients may use them
 * @param waiting their application has not waited for them yet
 * @param stalled their application left connections in the shadow's queue
 */
public record ListenerCounts(int offered, int waiting, int stalled) {

    /** All of them. */
    public int total() {
        return offered + waiting + stalled;
    }
}
