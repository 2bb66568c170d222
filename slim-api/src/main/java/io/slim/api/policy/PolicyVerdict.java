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
 * @param containerRate most bytes per second that the container of the router that asks, the client or the server, may send over all its
 *     connections past the overlay together, 0 if that is not limited; the lowest that any of its connections was given since
 *     the policy has changed holds, in secure mode
 */
public record PolicyVerdict(boolean bypass, String reason, long sendRate, long containerRate) {

    /** The connection may use the host's network as fast as it can. */
    public static final PolicyVerdict ALLOW = new PolicyVerdict(true, "", 0);

    /** One that does not limit the container. */
    public PolicyVerdict(boolean bypass, String reason, long sendRate) {
        this(bypass, reason, sendRate, 0);
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a rate is negative, or a denial has no reason or a rate
     */
    public PolicyVerdict {
        Objects.requireNonNull(reason, "reason");
        if (sendRate < 0 || containerRate < 0) {
            throw new IllegalArgumentException("sendRate: " + sendRate + ", containerRate: " + containerRate
                    + " (expected: 0 or more bytes per second)");
        }
        if (!bypass && (reason.isEmpty() || sendRate != 0 || containerRate != 0)) {
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

    /**
     * The same with a limit for the container.
     *
     * @param bytesPerSecond see {@link #containerRate}
     */
    public PolicyVerdict withContainerRate(long bytesPerSecond) {
        return new PolicyVerdict(bypass, reason, sendRate, bytesPerSecond);
    }
}
