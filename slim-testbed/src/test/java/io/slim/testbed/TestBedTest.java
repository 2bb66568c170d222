package io.slim.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.testbed.junit.RequiresHost;
import io.slim.testbed.junit.TestBedExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresHost(programs = {"ip", "bridge", "nsenter"})
final class TestBedTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @RegisterExtension
    static final TestBedExtension lab =
            new TestBedExtension(TestBed.builder().hosts(2).containersPerHost(2));

    @Test
    void hostsReachEachOtherWithoutTheOverlay() {
        TestBed bed = lab.bed();
        serveOn(bed.host(2), 7001);
        Traffic overlay = bed.host(1).overlayTraffic();
        Traffic cable = bed.host(1).hostTraffic();

        roundTrips(bed.host(1), bed.host(2).address(), 7001);

        assertThat(bed.host(1).hostTraffic().since(cable).packets()).isGreaterThan(1000);
        assertThat(bed.host(1).overlayTraffic().since(overlay).packets()).isLessThan(100);
    }

    @Test
    void containersReachEachOtherOverTheOverlay() {
        TestBed bed = lab.bed();
        serveOn(bed.container(2), 7002);

        for (String address :
                new String[] {bed.container(2).address(), bed.container(2).address6()}) {
            Traffic overlay = bed.host(1).overlayTraffic();
            roundTrips(bed.container(1), address, 7002);
            Traffic carried = bed.host(1).overlayTraffic().since(overlay);

            assertThat(carried.packets()).as(address).isGreaterThan(1000);
            assertThat(carried.bytes()).as(address).isGreaterThan(1000 * 64);
        }
    }

    @Test
    void containersOfOneHostDoNotUseTheTunnel() {
        TestBed bed = lab.bed();
        serveOn(bed.container(3), 7003);
        Traffic overlay = bed.host(1).overlayTraffic();

        roundTrips(bed.container(1), bed.container(3).address(), 7003);

        assertThat(bed.container(3).host()).isSameAs(bed.host(1));
        assertThat(bed.host(1).overlayTraffic().since(overlay).packets()).isLessThan(100);
    }

    @Test
    void programsSeeTheControlGroupsOfTheMachine() {
        String inside = lab.bed().host(1).exec("ls", "/sys/fs/cgroup").orThrow().stdout();

        assertThat(inside).isNotBlank();
    }

    @Test
    void exitCodeAndOutputAreThoseOfTheProgram() {
        Finished finished = lab.bed()
                .container(1)
                .shell()
                .with("GREETING", "hello there")
                .exec("sh", "-c", "echo \"$GREETING\"; echo trouble >&2; exit 42");

        assertThat(finished).isEqualTo(new Finished(finished.command(), 42, "hello there\n", "trouble\n"));
        assertThatThrownBy(finished::orThrow)
                .hasMessageContaining("exit code 42")
                .hasMessageContaining("trouble");
    }

    @Test
    void aProgramThatDoesNotEndInTimeIsKilled() {
        Running sleeping = lab.bed().container(1).start("sleep", "1000");

        assertThatThrownBy(() -> sleeping.waitFor(Duration.ofMillis(50)))
                .hasMessageContaining("\"sleep 1000\" did not end");
        assertThat(sleeping.isAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anyNumberOfHosts(int hosts) {
        try (TestBed bed = TestBed.builder().hosts(hosts).containersPerHost(2).build()) {
            Container last = bed.container(hosts * 2);
            serveOn(last, 7004);
            serveOn(bed.host(hosts), 7005);

            roundTrips(bed.container(1), last.address(), 7004);
            roundTrips(bed.host(1), bed.host(hosts).address(), 7005);
        }
    }

    private static void serveOn(Node node, int port) {
        node.start(lab.bed().probe().toString(), "serve", Integer.toString(port))
                .waitForListener(port, SOON);
    }

    private static void roundTrips(Node from, String address, int port) {
        from.exec(lab.bed().probe().toString(), "rr", address, Integer.toString(port), "1")
                .orThrow();
    }
}
