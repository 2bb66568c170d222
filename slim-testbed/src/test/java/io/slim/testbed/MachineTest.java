package io.slim.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class MachineTest {
    @Test
    void processorsAreThoseThisProcessMayUse() {
        assertThat(Machine.processors())
                .hasSizeGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors())
                .doesNotHaveDuplicates();
    }

    @Test
    void workIsCounted() {
        double before = Machine.busySeconds();

        // This thread itself keeps a processor busy.
        Eventually.await("the machine has worked", Duration.ofSeconds(10), () -> {
            long end = System.nanoTime() + 10_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return Machine.busySeconds() > before;
        });
    }
}
