package io.slim.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.TestBed;

/** What the overlay's tunnels have carried since a moment: the proof of which path connections took. */
public final class OverlayWatch {
    /** Neighbour discovery and the like; one TCP connection that moves data is more. */
    private static final long SILENCE_BYTES = 4_000;

    private final TestBed bed;
    private final long before;

    private OverlayWatch(TestBed bed) {
        this.bed = bed;
        this.before = carried(bed);
    }

    public static OverlayWatch start(TestBed bed) {
        return new OverlayWatch(bed);
    }

    /** Bytes through all tunnels since the start. */
    public long bytes() {
        return carried(bed) - before;
    }

    /** Whether they carried nothing, but for what the overlay has to do by itself. For more than a few connections. */
    public boolean isUnused() {
        return bytes() < SILENCE_BYTES;
    }

    public void assertUnused() {
        assertThat(bytes()).as("bytes through the overlay's tunnels").isLessThan(SILENCE_BYTES);
    }

    public void assertUsed() {
        assertThat(bytes()).as("bytes through the overlay's tunnels").isGreaterThan(SILENCE_BYTES);
    }

    private static long carried(TestBed bed) {
        return bed.hosts().stream()
                .mapToLong(host -> host.overlayTraffic().bytes())
                .sum();
    }
}
