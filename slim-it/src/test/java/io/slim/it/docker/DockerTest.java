package io.slim.it.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.it.OverlayWatch;
import io.slim.testbed.Eventually;
import io.slim.testbed.Finished;
import io.slim.testbed.Host;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import io.slim.testbed.junit.TestBedExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/docker.md}, step by step: two hosts, a Docker daemon and a router on each, iperf3 between c1 and c2. */
@RequiresHost(
        programs = {"dockerd", "docker", "iperf3", "tar", "ldd", "ip"},
        slim = true)
class DockerTest {

    private static final Duration READY = Duration.ofSeconds(20);
    private static final String SCRIPT =
            Path.of(System.getProperty("slim.basedir"), "slim").toString();

    @RegisterExtension
    static final TestBedExtension lab = new TestBedExtension(TestBed.builder().hosts(2));

    @TempDir
    private Path directory;

    private final List<Running> routers = new ArrayList<>();
    private final List<Dockerd> daemons = new ArrayList<>();
    private String shim;

    @BeforeEach
    void start() throws Exception {
        Path libraries = directory.resolve("lib");
        shim = slim(lab.bed().host(1).shell())
                .exec("bash", SCRIPT, "shim", "--lib-dir", libraries.toString())
                .orThrow()
                .stdout()
                .strip();
        Path image = RootFiles.pack(
                lab.bed().host(1), directory, Path.of("/usr/bin/iperf3"), Path.of("/bin/sleep"), Path.of("/bin/sh"));
        for (Host host : lab.bed().hosts()) {
            startRouter(host);
            Dockerd daemon = new Dockerd(host, Files.createDirectory(directory.resolve(host.name())));
            daemons.add(daemon);
            daemon.docker("import", image.toString(), "iperf3").orThrow();
        }
        for (int n = 1; n <= 2; n++) {
            daemons.get(n - 1)
                    .run(
                            "c" + n,
                            "iperf3",
                            lab.bed().container(n),
                            "-v",
                            libraries + ":" + libraries + ":ro",
                            "-v",
                            lab.bed().host(n).directory() + ":/run/slim:ro",
                            "--add-host",
                            "c1:" + lab.bed().container(1).address(),
                            "--add-host",
                            "c2:" + lab.bed().container(2).address());
        }
    }

    private static Shell slim(Shell shell) {
        return shell.with("SLIM_BUILD", "off").with("JAVA_HOME", System.getProperty("java.home"));
    }

    /** {@code slim router IP}: the rest is in the file. */
    private void startRouter(Host host) throws Exception {
        Path file = Files.writeString(
                directory.resolve(host.name() + ".yaml"),
                String.join(
                        "\n",
                        "resolver: static:" + lab.bed().resolverFile(),
                        "mode: non-secure",
                        "control-insecure: true",
                        "socket: " + host.directory().resolve("slim.sock"),
                        "state-dir: " + host.directory(),
                        "connect-deadline-ms: 4000",
                        "log-format: json",
                        ""));
        Running router = slim(host.shell())
                .with("SLIM_ROUTER_CONFIG", file.toString())
                .start("bash", SCRIPT, "router", host.address());
        routers.add(router);
        router.waitForOutput("greeting", READY, output -> output.contains("slim router ready"));
    }

    @AfterEach
    void stop() {
        daemons.forEach(Dockerd::close);
        routers.forEach(Running::stop);
    }

    /** A program in a container, with the shim: the words that come before it. */
    private String[] inContainer(String name, String... command) {
        List<String> line = new ArrayList<>(List.of("exec"));
        line.addAll(List.of("-e", "LD_PRELOAD=" + shim, "-e", "VNET_PREFIX=10.32.0.0/12", "-e", "SLIM_WAIT_MS=5000"));
        line.add(name);
        line.addAll(List.of(command));
        return line.toArray(String[]::new);
    }

    @Test
    void iperfRunsOverTheHostPathByNameAndByAddress() throws Exception {
        daemons.get(1).docker(inContainer("c2", "iperf3", "-s", "-D")).orThrow();
        for (String server : List.of("c2", lab.bed().container(2).address())) {
            Eventually.await("iperf3 takes the host path to " + server, READY, () -> {
                OverlayWatch overlay = OverlayWatch.start(lab.bed());
                Finished client =
                        daemons.get(0).docker(inContainer("c1", "iperf3", "-c", server, "-n", "64M", "--json"));
                return client.exitCode() == 0 && overlay.bytes() < 10_000 && connectedTo(client.stdout(), "10.32.0.2");
            });
        }
        Finished status = slim(lab.bed().host(1).shell())
                .exec(
                        "bash",
                        SCRIPT,
                        "status",
                        "--json",
                        "--state-dir",
                        lab.bed().host(1).directory().toString())
                .orThrow();
        JsonNode connects = new ObjectMapper().readTree(status.stdout()).path("connects");
        assertThat(connects.path("none").asInt()).as(status.stdout()).isGreaterThanOrEqualTo(4);
        assertThat(routers.get(1).stderr())
                .containsPattern("\"fields\":\\{\"container\":\"[^\"]+\",\"endpoint\":\"[^\"]+:5201\"");
    }

    private static boolean connectedTo(String result, String address) {
        try {
            JsonNode json = new ObjectMapper().readTree(result);
            return json.at("/start/connected/0/remote_host").asText().equals(address)
                    && json.at("/end/sum_received/bytes").asLong() >= 64L << 20;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
