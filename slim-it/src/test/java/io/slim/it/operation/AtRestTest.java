package io.slim.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.CpuTime;
import io.slim.it.HostPath;
import io.slim.it.program.Shadows;
import io.slim.testbed.Eventually;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a router needs to start, and when nobody needs it. The bounds are those of a machine that has much else to do; figures of a quiet one are
 * in docs/evaluation.
 */
@RequiresHost(slim = true)
class AtRestTest {
    private static final int STARTS = Integer.getInteger("slim.rest.starts", 2);
    private static final Duration REST = Duration.ofSeconds(Integer.getInteger("slim.rest.seconds", 3));
    /** Of processor time; how long it takes is a matter of what else the machine does. */
    private static final Duration START = Duration.ofSeconds(5);

    private static final double MOST_CPU_PERCENT = 2;
    private static final int PORT = 7350;

    private TestBed bed;

    @BeforeEach
    void setUp() {
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
    }

    @AfterEach
    void tearDown() {
        bed.close();
    }

    @Test
    void startsSoonAndNeedsNothing() {
        Duration used = start();
        assertThat(used).as("processor time until ready").isLessThan(START);
        double percent = cpuOfIdleRouters();
        System.out.printf("idle: %.3f %% of a processor in %d s%n", percent, REST.toSeconds());
        assertThat(percent).isLessThan(MOST_CPU_PERCENT);
    }

    /** Returns the least processor time of a start, as an operator has it: script, JVM and all. */
    private Duration start() {
        Duration quickest = Duration.ofDays(1);
        Duration least = quickest;
        for (int i = 0; i < STARTS; i++) {
            long began = System.nanoTime();
            Router router = bed.host(1).startRouter();
            quickest = min(quickest, Duration.ofNanos(System.nanoTime() - began));
            least = min(least, CpuTime.of(router.pid()));
            router.stop().orThrow();
        }
        System.out.printf(
                "start to ready, the quickest of %d: %d ms, %d ms of a processor%n",
                STARTS, quickest.toMillis(), least.toMillis());
        return least;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** They know each other, and a server waits for its clients at one of them. */
    private double cpuOfIdleRouters() {
        List<Router> routers = List.of(bed.host(1).startRouter(), bed.host(2).startRouter());
        HostPath.awaitReady(bed, bed.container(1), bed.container(2));
        Shadows shadows = Shadows.of(bed.host(2));
        try (Running server = bed.container(2).slim().start(bed.probe().toString(), "serve", "" + PORT)) {
            shadows.awaitOffered(PORT, server::isAlive);
            Duration before = cpu(routers);
            long began = System.nanoTime();
            Eventually.holdsWithin(REST, () -> !server.isAlive());
            long passed = System.nanoTime() - began;
            return 100.0 * cpu(routers).minus(before).toNanos() / passed / routers.size();
        }
    }

    private static Duration cpu(List<Router> routers) {
        return routers.stream().map(router -> CpuTime.of(router.pid())).reduce(Duration.ZERO, Duration::plus);
    }
}
