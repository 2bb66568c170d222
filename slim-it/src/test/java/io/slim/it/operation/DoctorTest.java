package io.slim.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.testbed.Finished;
import io.slim.testbed.Host;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import io.slim.testbed.junit.TestBedExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Each thing that a host can lack, taken away for real: the doctor must see it, and name the remedy. */
@RequiresHost(
        programs = {"setpriv", "prlimit", "unshare", "sysctl", "python3"},
        slim = true)
class DoctorTest {

    @RegisterExtension
    static final TestBedExtension lab = new TestBedExtension(TestBed.builder().hosts(2));

    @TempDir
    private Path directory;

    private Host host() {
        return lab.bed().host(1);
    }

    /** The doctor for a router as the test-bed starts them; options given here replace those. */
    private Finished doctor(List<String> first, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--mode=non-secure",
                "--control-insecure",
                "--resolver=static:" + lab.bed().resolverFile(),
                "--socket=" + directory.resolve("slim.sock"),
                "--state-dir=" + directory.resolve("state"),
                "--lib-dir=" + directory.resolve("lib")));
        for (String option : more) {
            String name = option.replaceFirst("=.*", "=");
            arguments.removeIf(argument -> argument.startsWith(name));
        }
        arguments.addAll(0, List.of("doctor", host().address()));
        arguments.addAll(List.of(more));
        return SlimCommand.in(host().shell()).exec(SlimCommand.line(first, arguments.toArray(String[]::new)));
    }

    private void assertFails(Finished doctor, String check, String text, String remedy) {
        assertThat(doctor.exitCode()).as(doctor.stdout() + doctor.stderr()).isEqualTo(1);
        assertThat(doctor.stdout())
                .containsPattern("(?m)^fail +" + check + " +.*\\Q" + text + "\\E.*\\R +-> .*\\Q" + remedy + "\\E");
    }

    @Test
    void allIsWellOnAHostThatLacksNothing() throws Exception {
        Finished doctor = doctor(List.of(), "--json");
        JsonNode report = new ObjectMapper().readTree(doctor.stdout());
        assertThat(doctor.exitCode()).as(doctor.stdout() + doctor.stderr()).isZero();
        assertThat(report.path("good").asBoolean()).isTrue();
        assertThat(report.path("findings"))
                .extracting(finding -> finding.path("check").asText())
                .contains("kernel", "capabilities", "configuration", "host address", "listen ports", "router", "shim");
    }

    @Test
    void peersAreTried() {
        String peer = lab.bed().host(2).address();
        String port = "--control-port=7001";
        assertFails(doctor(List.of(), "--peer=" + peer, port), "peer " + peer, "refused", "is a router running there");
        try (Router there = lab.bed().host(2).startRouter(port)) {
            assertThat(there.isAlive()).isTrue();
            assertThat(doctor(List.of(), "--peer=" + peer, port).orThrow().stdout())
                    .contains("peer " + peer, "its router greets at port 7001");
        }
    }

    @Test
    void portsThatAreNotTheRoutersAreSeen() {
        host().exec("sysctl", "-q", "-w", "net.ipv4.ip_local_port_range=32768 61999")
                .orThrow();
        try {
            assertFails(
                    doctor(List.of()),
                    "listen ports",
                    "61000-64999 overlap the ephemeral ports 32768-61999",
                    "sysctl -w net.ipv4.ip_local_reserved_ports=61000-61999");
            host().exec("sysctl", "-q", "-w", "net.ipv4.ip_local_reserved_ports=61000-61500,61501-61999")
                    .orThrow();
            assertThat(doctor(List.of()).orThrow().stdout()).contains("outside the ephemeral ports");
        } finally {
            host().exec("sysctl", "-q", "-w", "net.ipv4.ip_local_reserved_ports=")
                    .orThrow();
            host().exec("sysctl", "-q", "-w", "net.ipv4.ip_local_port_range=32768 60999")
                    .orThrow();
        }
        try (Running taken = host().start("python3", "-m", "http.server", "--bind", host().address(), "61000")) {
            taken.waitForListener(61000, Duration.ofSeconds(10));
            assertFails(
                    doctor(List.of(), "--listen-ports=61000-61000"), "free listen ports", "none of", "a wider range");
            assertFails(
                    doctor(List.of(), "--control-port=61000", "--listen-ports=62000-62001"),
                    "control port",
                    "61000: Address already in use",
                    "sport = :61000");
        }
    }

    @Test
    void rightsAndLimitsAreSeen() {
        List<String> lessRights = List.of("setpriv", "--bounding-set=-sys_admin,-sys_ptrace");
        assertFails(doctor(lessRights), "capabilities", "missing: CAP_SYS_ADMIN, CAP_SYS_PTRACE", "as root");
        assertThat(doctor(List.of("prlimit", "--nofile=1024:1024")).orThrow().stdout())
                .containsPattern("warn +open files +up to 1024")
                .contains("LimitNOFILE");
    }

    @Test
    void placesThatCannotBeUsedAreSeen() throws Exception {
        Path noexec = Files.createDirectory(directory.resolve("noexec"));
        List<String> mounted = List.of(
                "unshare", "-m", "sh", "-c", "mount -t tmpfs -o noexec tmpfs " + noexec + " && exec \"$@\"", "sh");
        assertFails(doctor(mounted, "--lib-dir=" + noexec), "shim", "noexec", "--lib-dir");
        Path file = Files.writeString(directory.resolve("file"), "");
        assertFails(
                doctor(List.of(), "--state-dir=" + file.resolve("x")), "state directory", "no directory", "state-dir");
        assertThat(doctor(List.of(), "--socket=" + file).orThrow().stdout())
                .containsPattern("warn +router +" + file + " is there but nobody answers");
    }

    @Test
    void whatIsConfiguredWronglyIsSeen() {
        assertFails(
                doctor(List.of(), "--resolver=static:" + directory + "/none.yaml", "--peers=0"),
                "configuration",
                "--peers: 0",
                "at least 1");
        Finished doctor = doctor(List.of(), "--resolver=static:" + directory + "/none.yaml");
        assertFails(doctor, "configuration", "none.yaml", "a readable file");
    }

    @Test
    void anAddressThatTheHostDoesNotHaveIsSeen() {
        Finished doctor = SlimCommand.in(host().shell())
                .exec(SlimCommand.line(List.of(), "doctor", "192.0.2.1", "--lib-dir=" + directory.resolve("lib")));
        assertFails(doctor, "host address", "no interface has 192.0.2.1", "ip address");
    }
}
