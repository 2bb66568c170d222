package io.slim.it.secure;

import io.slim.testbed.Container;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hosts that have IPv6 alone. IPv6 containers on IPv4 hosts are in {@link SecureModeTest}. */
@RequiresHost(
        programs = {"python3"},
        slim = true)
class FamiliesTest {
    private static final int PORT = 7400;
    private static final Path SERVER =
            Path.of("src/test/python/names_server.py").toAbsolutePath();

    private static TestBed bed;

    @BeforeAll
    static void start() {
        bed = TestBed.builder().hosts(2).containersPerHost(1).ipv6Underlay().build();
        bed.hosts().parallelStream()
                .forEach(host -> host.startRouter(Router.MODE, "secure", "--connect-deadline-ms", "4000"));
        Container container = bed.container(2);
        Running server = container.slim().start("python3", SERVER.toString(), Integer.toString(PORT));
        server.waitForListener(PORT, Duration.ofSeconds(10));
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    /** A socket that knows IPv4 alone cannot go to an IPv6 host, and the application's is of its own kind: it keeps the overlay. */
    @ParameterizedTest
    @CsvSource({"fd00:32::2, host", "::ffff:10.32.0.2, host", "10.32.0.2, overlay"})
    void overAnIpv6Underlay(String address, String way) {
        try (Visits visits = Visits.start(bed.container(1), address, PORT)) {
            visits.assertAll(visits.await(way, 0), way);
            visits.assertUnharmed();
        }
    }
}
