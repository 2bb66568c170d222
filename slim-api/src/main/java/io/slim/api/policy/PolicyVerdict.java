package io.slim.api.policy;

import java.util.Objects;

/**
 * What a policy says about a connection. Immutable.
 *
 * @param bypass whether the connection may use the host's network; if not, it takes the overlay
 * @param reason for operators, in logs and counters, such as the rule that decided; there should be few different ones.
 *     Not empty if the bypass is denied
 * @param sendRate most bytes per second that the client may send over the host's network, 0 if that is not limited;
 *     if both routers' policies set one, the lower holds. What the server sends is not limited
 */
public record PolicyVerdict(boolean bypass, String reason, long sendRate) {

    /** The connection may use the host's network as fast as it can. */
    public static final PolicyVerdict ALLOW = new PolicyVerdict(true, "", 0);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the rate is negative, or a denial has no reason or a rate
     */
    public PolicyVerdict {
        Objects.requireNonNull(reason, "reason");
        if (sendRate < 0) {
            throw new IllegalArgumentException("sendRate: " + sendRate + " (expected: 0 or more bytes per second)");
        }
        if (!bypass && (reason.isEmpty() || sendRate != 0)) {
            throw new IllegalArgumentException(
                    "reason: \"" + reason + "\", sendRate: " + sendRate + " (expected: a reason, and no rate)");
        }
    }

    /**
     * The connection takes the overlay.
     *
     * @param reason see {@link #reason}
     */
    public static PolicyVerdict overlay(String reason) {
        return new PolicyVerdict(false, reason, 0);
    }

    /**
     * The connection may use the host's network, and sends at most that fast.
     *
     * @param bytesPerSecond positive
     * @param reason see {@link #reason}
     */
    public static PolicyVerdict limited(long bytesPerSecond, String reason) {
        return new PolicyVerdict(true, reason, bytesPerSecond);
    }
}
