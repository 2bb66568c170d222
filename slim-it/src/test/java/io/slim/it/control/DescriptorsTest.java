package io.slim.it.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.CpuTime;
import io.slim.it.HostPath;
import io.slim.testbed.Eventually;
import io.slim.testbed.Finished;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A router that may open no more files: applications do not notice, it does not spin, and it recovers. */
@RequiresHost(
        programs = {"prlimit", "python3"},
        slim = true)
class DescriptorsTest {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String PORT = "7200";
    private static final String CONTROL_PORT = "6786";

    private TestBed bed;
    private Router client;
    private Router server;

    @BeforeEach
    void setUp() {
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
        client = bed.host(1).startRouter("--connect-deadline-ms", "4000");
        server = bed.host(2).startRouter("--connect-deadline-ms", "4000");
    }

    @AfterEach
    void tearDown() {
        bed.close();
    }

    @Test
    void bothRoutersRunOutOfDescriptorsAndRecover() throws Exception {
        String probe = bed.probe().toString();
        HostPath.awaitReady(bed, bed.container(1), bed.container(2));
        try (Running listening = bed.container(2).shell().start(probe, "serve", PORT)) {
            listening.waitForListener(Integer.parseInt(PORT), SOON);
            for (Router router : new Router[] {client, server}) {
                limit(router, firstFree(router));
            }
            Duration cpuBefore = cpu();
            long start = System.nanoTime();
            List<Running> knocking = knock();
            for (Router router : new Router[] {client, server}) {
                Eventually.await("the router says so", SOON, () -> router.log().contains("too many open files"));
            }
            for (int i = 0; i < 5; i++) {
                connect(probe);
            }
            Duration busy = cpu().minus(cpuBefore);
            long passed = System.nanoTime() - start;
            assertThat((double) busy.toNanos())
                    .as("CPU time of two routers while %d ms passed", passed / 1_000_000)
                    .isLessThan(passed * 0.5);
            for (Router router : new Router[] {client, server}) {
                assertThat(router.log().lines().filter(line -> line.contains("none is accepted")))
                        .as("lines in less than ten seconds, for two sockets")
                        .hasSizeLessThanOrEqualTo(2 + (int) (passed / 10_000_000_000L) * 2);
                limit(router, 4096);
            }
            knocking.forEach(Running::close);
        }
        HostPath.awaitReady(bed, bed.container(1), bed.container(2));
    }

    /** The limit is one of numbers: with this one, no descriptor can be added. */
    private static int firstFree(Router router) {
        int number = 0;
        while (Files.isSymbolicLink(Path.of("/proc/" + router.pid() + "/fd/" + number))) {
            number++;
        }
        return number;
    }

    private static void limit(Router router, int files) throws Exception {
        Process process = new ProcessBuilder("prlimit", "--pid", "" + router.pid(), "--nofile=" + files + ":")
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    /** Connections that wait to be accepted: at each router's control port and at its socket for shims. */
    private List<Running> knock() {
        List<Running> knocking = new ArrayList<>();
        for (int host = 1; host <= 2; host++) {
            String other = bed.host(3 - host).address();
            knocking.add(bed.host(host)
                    .start(
                            "python3",
                            "-c",
                            "import socket,time\nk=[socket.create_connection(('" + other + "'," + CONTROL_PORT
                                    + ")) for i in range(20)]\ntime.sleep(600)"));
            Path socket = bed.host(host).directory().resolve("slim.sock");
            knocking.add(bed.host(host)
                    .start(
                            "python3",
                            "-c",
                            "import socket,time\nk=[socket.socket(socket.AF_UNIX) for i in range(20)]\n"
                                    + "for s in k: s.connect('" + socket + "')\ntime.sleep(600)"));
        }
        return knocking;
    }

    private Duration cpu() {
        return CpuTime.of(client.pid()).plus(CpuTime.of(server.pid()));
    }

    private void connect(String probe) {
        Finished finished =
                bed.container(1).slim().exec(probe, "connect", bed.container(2).address(), PORT, "1");
        finished.orThrow();
    }
}
