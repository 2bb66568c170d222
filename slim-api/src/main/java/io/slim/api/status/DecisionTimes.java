package io.slim.api.status;

import java.time.Duration;
import java.util.List;

/**
 * A histogram of the time from a container's question to the router's answer.
 *
 * @param buckets in order; the last one has no upper bound
 * @param total time of all decisions together
 */
public record DecisionTimes(List<Bucket> buckets, Duration total) {

    /**
     * Some of the decisions.
     *
     * @param limit they took at most so long, and longer than the limit of the bucket before
     * @param count how many
     */
    public record Bucket(Duration limit, long count) {

        /** The limit of the last bucket. */
        public static final Duration NO_LIMIT = Duration.ofSeconds(Long.MAX_VALUE);
    }

    /** Copies the list. */
    public DecisionTimes {
        buckets = List.copyOf(buckets);
    }

    /** How many decisions there were. */
    public long count() {
        return buckets.stream().mapToLong(Bucket::count).sum();
    }
}
