package io.slim.router.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.PortRange;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ShadowPortsTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final ShadowPorts ports = new ShadowPorts(new PortRange(61000, 61002), 100, now::get);

    @Test
    void eachPortIsGivenOnceAndRestsAfterUse() {
        assertThat(ports.take()).hasValue(61000);
        assertThat(ports.take()).hasValue(61001);
        ports.release(61000);
        assertThat(ports.take()).hasValue(61002);
        assertThat(ports.take()).isEmpty();
        now.addAndGet(99);
        assertThat(ports.take()).isEmpty();
        now.addAndGet(1);
        assertThat(ports.take()).hasValue(61000);
        assertThat(ports.take()).isEqualTo(OptionalInt.empty());
    }

    @Test
    void theRangeIsUsedInTurn() {
        for (int i = 0; i < 10; i++) {
            int port = ports.take().orElseThrow();
            assertThat(port).isEqualTo(61000 + i % 3);
            ports.release(port);
            now.addAndGet(100);
        }
    }
}
