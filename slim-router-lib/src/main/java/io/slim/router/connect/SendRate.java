package io.slim.router.connect;

/** Limits in bytes per second, of which 0 is none. */
final class SendRate {

    private SendRate() {}

    /** The stricter one. */
    static long lower(long one, long other) {
        return one == 0 ? other : other == 0 ? one : Math.min(one, other);
    }
}
