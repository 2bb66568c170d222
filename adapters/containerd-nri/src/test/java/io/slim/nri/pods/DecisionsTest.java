package io.slim.nri.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.nri.protocol.Nri.ContainerAdjustment;
import io.slim.oci.hosting.NotServedException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A decision that comes late is undone, and meanwhile nobody waits for another one. */
class DecisionsTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final Decisions decisions = new Decisions();

    @AfterEach
    void close() {
        decisions.close();
    }

    @Test
    void whatIsDecidedInTimeCounts() throws NotServedException {
        ContainerAdjustment made =
                ContainerAdjustment.newBuilder().putAnnotations("a", "b").build();
        for (int i = 0; i < 100; i++) {
            assertThat(decisions.within(LONG, () -> made, () -> {
                        throw new AssertionError("undone");
                    }))
                    .isSameAs(made);
        }
    }

    @Test
    void whatIsDecidedLateIsUndone() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch undone = new CountDownLatch(1);
        assertThatThrownBy(() -> decisions.within(
                        Duration.ofMillis(20),
                        () -> {
                            await(go);
                            return ContainerAdjustment.getDefaultInstance();
                        },
                        undone::countDown))
                .hasMessage("it took longer than 20 ms to decide");
        assertThatThrownBy(() -> decisions.within(LONG, ContainerAdjustment::getDefaultInstance, () -> {}))
                .hasMessage("an earlier decision is not made yet");
        go.countDown();
        assertThat(undone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aRefusalIsPassedOn() {
        assertThatThrownBy(() -> decisions.within(
                        LONG,
                        () -> {
                            throw new NotServedException("no room");
                        },
                        () -> {}))
                .isInstanceOf(NotServedException.class)
                .hasMessage("no room");
    }
}
