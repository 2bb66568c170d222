package io.slim.resolver.common;

import java.time.Duration;

/**
 * How patient a resolver is with its source.
 *
 * @param staleAfter for how long what the source said last holds while nothing is heard of it; then all is unknown
 * @param silentAfter a source of which nothing is heard for so long is not well, and that is shown; what it said holds
 * @param startPatience how long the first answer of the source is waited for when the resolver is made
 * @param firstRetry the wait after the first failure, see {@link BackOff}
 * @param mostRetry the longest wait
 */
public record SourceTimes(
        Duration staleAfter, Duration silentAfter, Duration startPatience, Duration firstRetry, Duration mostRetry) {

    /** For a source on this host or its network: 300 s, 6 s, 500 ms, 100 ms, 10 s. */
    public static final SourceTimes USUAL = new SourceTimes(
            Duration.ofSeconds(300),
            Duration.ofSeconds(6),
            Duration.ofMillis(500),
            Duration.ofMillis(100),
            Duration.ofSeconds(10));

    /** The same with another bound for the age of what is known. */
    public SourceTimes withStaleAfter(Duration value) {
        return new SourceTimes(value, silentAfter, startPatience, firstRetry, mostRetry);
    }

    /** The same with another bound for silence. */
    public SourceTimes withSilentAfter(Duration value) {
        return new SourceTimes(staleAfter, value, startPatience, firstRetry, mostRetry);
    }
}
