package io.slim.router.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import io.slim.router.container.TestContainers;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StandingTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long TTL = 30 * SECOND;
    /** Times may be negative, and wrap around. */
    private static final long START = Long.MAX_VALUE - 10 * SECOND;

    private static final InetAddress HOST = InetAddress.getLoopbackAddress();

    private final Standing standing = new Standing(TTL, START);

    private List<?> outcome(Reason reason, long at, int validMillis) {
        return standing.take(new Probe.Outcome(reason, false, "", at, validMillis), at);
    }

    @Test
    void aProofHoldsForItsTimeAndIsDueAfterTwoThirdsOfIt() {
        assertThat(standing.holds(START)).isFalse();
        outcome(Reason.NONE, START, 30_000);
        standing.used(new Pair(TestContainers.bare(1), HOST, new Endpoint(HOST, 80), HOST), START + SECOND);
        assertThat(standing.isDue(START + 20 * SECOND)).isFalse();
        assertThat(standing.isDue(START + 21 * SECOND)).isTrue();
        assertThat(standing.holds(START + 29 * SECOND)).isTrue();
        assertThat(standing.holds(START + 30 * SECOND)).isFalse();
        assertThat(standing.isDue(START + 31 * SECOND)).as("too late").isFalse();
    }

    @Test
    void whatIsNotUsedIsNotRenewedAndForgotten() {
        outcome(Reason.NONE, START + 25 * SECOND, 30_000);
        assertThat(standing.isDue(START + 50 * SECOND)).isFalse();
        assertThat(standing.isForgettable(START + 50 * SECOND)).isFalse();
        assertThat(standing.isForgettable(START + 56 * SECOND)).isTrue();
    }

    @Test
    void thePeersShorterTimeHolds() {
        outcome(Reason.NONE, START, 5000);
        assertThat(standing.holds(START + 4 * SECOND)).isTrue();
        assertThat(standing.holds(START + 5 * SECOND)).isFalse();
        outcome(Reason.NONE, START, 0);
        assertThat(standing.holds(START + 29 * SECOND)).as("it asks for none").isTrue();
    }

    @Test
    void aRefusalEndsAProofAndPausesGrowUpToHalfItsTime() {
        outcome(Reason.NONE, START, 30_000);
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            outcome(Reason.NO_PROOF, START, 0);
            assertThat(standing.holds(START)).isFalse();
            assertThat(standing.isRefuted()).isTrue();
            long pause = 0;
            while (standing.isPaused(START + pause)) {
                pause += SECOND;
            }
            pauses.add(pause / SECOND);
        }
        assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 15L, 15L, 15L);
        outcome(Reason.NONE, START, 30_000);
        assertThat(standing.isRefuted()).isFalse();
    }

    @Test
    void silenceEndsAProofOnlyTheSecondTime() {
        outcome(Reason.NONE, START, 30_000);
        silence(START + 21 * SECOND);
        assertThat(standing.holds(START + 22 * SECOND)).isTrue();
        assertThat(standing.isRefuted()).isFalse();
        silence(START + 22 * SECOND);
        assertThat(standing.holds(START + 23 * SECOND)).isFalse();
        assertThat(standing.isRefuted()).isTrue();
        silence(START + 24 * SECOND);
        assertThat(standing.isPaused(START + 25 * SECOND)).isTrue();
    }

    @Test
    void silenceNeverMakesAProofHoldForLonger() {
        outcome(Reason.NONE, START, 30_000);
        silence(START + 21 * SECOND);
        assertThat(standing.holds(START + 30 * SECOND)).isFalse();
        silence(START + 30 * SECOND);
        assertThat(standing.isRefuted()).isTrue();
    }

    private void silence(long at) {
        standing.take(new Probe.Outcome(Reason.NO_PROOF, true, "", at, 0), at);
    }

    @Test
    void whatCouldNotBeFoundOutChangesNothing() {
        outcome(Reason.NONE, START, 30_000);
        outcome(Reason.TIMEOUT, START + SECOND, 0);
        assertThat(standing.holds(START + 2 * SECOND)).isTrue();
        assertThat(standing.isRefuted()).isFalse();
    }

    @Test
    void whoWaitsIsToldOnce() {
        List<Reason> told = new ArrayList<>();
        Consumer<Reason> patient = told::add;
        Consumer<Reason> impatient = told::add;
        standing.await(patient);
        standing.await(impatient);
        assertThat(standing.isLate()).isFalse();
        assertThat(standing.giveUp(impatient)).isTrue();
        assertThat(standing.isLate()).isTrue();
        standing.take(new Probe.Outcome(Reason.NONE, false, "", START, 0), START)
                .forEach(waiter -> waiter.accept(Reason.NONE));
        assertThat(told).containsExactly(Reason.NONE);
        assertThat(standing.giveUp(patient)).isFalse();
        assertThat(standing.isLate()).isFalse();
    }
}
