package io.slim.it.envoy;

import static io.slim.it.envoy.Envoy.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Finished;
import io.slim.testbed.Host;
import io.slim.testbed.Node;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The command {@code ./slim envoy}: a router in the same process, signals, exit codes, and what it says when something is missing. */
@RequiresHost(
        programs = {"curl", "pip3", "python3", "setpriv"},
        slim = true)
class SlimEnvoyTest {
    private static final Path SCRIPT = Path.of(System.getProperty("slim.basedir"), "slim");
    private static final Path SLOW = Path.of("src/test/python/slow_request.py").toAbsolutePath();
    private static final int PORT = 15000;
    private static final String READY = "starting main dispatch loop";

    private static TestBed bed;
    private static String envoy;

    private final List<Running> started = new ArrayList<>();

    @BeforeAll
    static void makeHosts() throws IOException, InterruptedException {
        envoy = Envoy.program().toString();
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
    }

    @AfterAll
    static void removeHosts() {
        bed.close();
    }

    @AfterEach
    void kill() {
        for (Running each : started) {
            ProcessHandle.of(each.pid())
                    .ifPresent(command -> command.descendants().forEach(ProcessHandle::destroyForcibly));
            each.close();
        }
    }

    private Running start(Node node, List<String> options, String... command) {
        List<String> words = new ArrayList<>(List.of("bash", SCRIPT.toString(), "envoy"));
        words.addAll(options);
        words.add("--");
        words.addAll(List.of(command));
        Running running = node.shell()
                .with("SLIM_BUILD", "off")
                // On a busy machine a fresh router may take longer than the 100 ms that the shim waits.
                .with("SLIM_WAIT_MS", "5000")
                .with("JAVA_HOME", System.getProperty("java.home"))
                .start(words.toArray(String[]::new));
        started.add(running);
        return running;
    }

    /** With a router for the container of that host, in the mode that holds where nothing is said. */
    private static List<String> embedded(int number) {
        Host host = bed.host(number);
        Container container = bed.container(number);
        return List.of(
                "--host-address=" + host.address(),
                "--resolver=static:" + bed.resolverFile(),
                "--control-insecure",
                "--connect-deadline-ms=4000",
                "--state-dir=" + host.directory(),
                "--socket=" + host.directory().resolve("slim.sock"),
                "--netns=" + container.networkNamespace(),
                "--address=" + container.address(),
                "--prefix=10.32.0.0/12",
                "--lib-dir=" + bed.directory().resolve("lib"),
                "--drain-s=20");
    }

    /** Answers itself, or asks the other container's. */
    private static String[] envoyWith(String name, int port, String route) throws IOException {
        Path configuration = Files.writeString(bed.directory().resolve(name + ".yaml"), """
                admin: {address: {socket_address: {address: 127.0.0.1, port_value: 9901}}}
                static_resources:
                  listeners:
                  - address: {socket_address: {address: 0.0.0.0, port_value: %1$d}}
                    filter_chains:
                    - filters:
                      - name: hcm
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: all
                          http_filters: [{name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]
                          route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, %2$s}]}]}
                  clusters:
                  - name: other
                    type: STATIC
                    # Each request has a connection of its own.
                    typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {"@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, common_http_protocol_options: {max_requests_per_connection: 1}, explicit_http_config: {http_protocol_options: {}}}}
                    load_assignment: {cluster_name: x, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: %3$s, port_value: %4$d}}}}]}]}
                """.formatted(
                        port, route, bed.container(2).address(), PORT));
        // As on a machine where Envoy is not to change the network: in secure mode who could gets no host sockets.
        return new String[] {
            "setpriv",
            "--bounding-set=-net_admin,-sys_admin",
            "--inh-caps=-all",
            envoy,
            "-c",
            "" + configuration,
            "--concurrency",
            "1",
            "--disable-hot-restart",
            "--drain-time-s",
            "1",
            "--drain-strategy",
            "immediate"
        };
    }

    private static String[] answering() throws IOException {
        return envoyWith("answering", PORT, "direct_response: {status: 200, body: {inline_string: well}}");
    }

    @Test
    void anEmbeddedRouterLeadsEnvoysConnectionsPastTheOverlayAndSigtermDrains() throws IOException {
        Running server = start(bed.host(2), embedded(2), answering());
        Running client = start(bed.host(1), embedded(1), envoyWith("asking", 10000, "route: {cluster: other}"));
        server.waitForOutput("Envoy", SOON, output -> output.contains(READY));
        client.waitForOutput("Envoy", SOON, output -> output.contains(READY));
        Eventually.await("the host path is taken", SOON, () -> {
            OverlayWatch overlay = OverlayWatch.start(bed);
            return ask("10000/").equals("well") && overlay.bytes() < 400;
        });
        // Somebody is in the middle of a request when Envoy is told to end; it is answered before it does.
        Running slow = bed.container(1).start("python3", "-u", "" + SLOW, "127.0.0.1", "10000");
        slow.waitForOutput("half a request", SOON, output -> output.contains("half"));
        ProcessHandle.of(client.pid()).orElseThrow().destroy();
        Eventually.await("Envoy drains", SOON, () -> ask("9901/ready").contains("DRAINING"));
        bed.container(1).exec("kill", "-USR1", "" + slow.pid()).orThrow();
        assertThat(slow.waitFor(SOON).orThrow().stdout()).contains("200 OK").endsWith("well\n");
        assertThat(client.waitFor(SOON).exitCode()).as(client::stderr).isZero();
        assertThat(server.stop(SOON).exitCode()).as(server::stderr).isZero();
    }

    /** The successor asks the router of the one before, which therefore stays until both have ended. */
    @Test
    void aSuccessorTakesOverListenersAndRouter() throws IOException {
        Path baseId = bed.directory().resolve("base-id");
        Running first =
                start(bed.host(2), embedded(2), restartable("--use-dynamic-base-id", "--base-id-path", "" + baseId));
        first.waitForOutput("Envoy", SOON, output -> output.contains(READY));
        String id = Files.readString(baseId).strip();
        Running second = start(bed.host(2), embedded(2), restartable("--base-id", id, "--restart-epoch", "1"));
        first.waitForOutput(
                "the end of its Envoy", SOON, output -> output.contains("slim-envoy: Envoy has handed over"));
        assertThat(bed.container(1)
                        .exec(
                                "curl",
                                "-sS",
                                "-m",
                                "5",
                                "http://" + bed.container(2).address() + ":" + PORT)
                        .stdout())
                .isEqualTo("well");
        Finished ended = second.stop(SOON);
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.stderr()).doesNotContain("slim-envoy: ");
        assertThat(first.waitFor(SOON).exitCode()).isZero();
        Files.deleteIfExists(Path.of("/dev/shm/envoy_shared_memory_" + id + "0"));
    }

    private static String[] restartable(String... how) throws IOException {
        return Stream.concat(
                        Stream.of(answering()).filter(word -> !word.equals("--disable-hot-restart")),
                        Stream.concat(Stream.of("--parent-shutdown-time-s", "1"), Stream.of(how)))
                .toArray(String[]::new);
    }

    private static String ask(String portAndPath) {
        return bed.container(1)
                .exec("curl", "-sS", "-m", "5", "http://127.0.0.1:" + portAndPath)
                .stdout();
    }

    @Test
    void missingEnvoyIsToldInOneLineBeforeAnythingIsStarted() {
        Finished ended =
                start(bed.host(1), embedded(1), "/nowhere/envoy", "-c", "x").waitFor(SOON);
        assertThat(ended.exitCode()).isEqualTo(127);
        assertThat(ended.stderr()).isEqualTo("slim-envoy: /nowhere/envoy: no such program (is Envoy installed?)\n");
    }

    @Test
    void wrongOptionsAreToldAllAtOnce() {
        Finished ended = start(bed.host(1), List.of("--host-address=nonsense", "--no-such"), envoy)
                .waitFor(SOON);
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.stderr()).contains("--host-address", "--no-such", "--resolver");
    }

    @Test
    void whatEnvoyCannotDoHasItsExitCode() throws IOException {
        Path wrong = Files.writeString(
                bed.directory().resolve("wrong.yaml"), "static_resources: {listeners: [{address: 1}]}\n");
        Running badFile = start(bed.container(2), joining(2), envoy, "-c", "" + wrong, "--disable-hot-restart");
        try (Running holder = bed.container(1).start("python3", "-m", "http.server", "" + PORT)) {
            holder.waitForListener(PORT, SOON);
            Running portTaken = start(bed.container(1), joining(1), answering());
            for (Running each : List.of(badFile, portTaken)) {
                Finished ended = each.waitFor(SOON);
                assertThat(ended.exitCode()).isEqualTo(1);
                assertThat(ended.stderr())
                        .contains("no router answers at ", "slim-envoy: Envoy has ended with exit code 1");
            }
            assertThat(badFile.stderr()).contains("wrong.yaml");
            assertThat(portTaken.stderr()).contains("0.0.0.0:" + PORT, "Address already in use");
        }
    }

    /** As in a container that has the host's router's socket mounted; there is none. */
    private static List<String> joining(int number) {
        return List.of(
                "--socket=" + bed.directory().resolve("none" + number + ".sock"),
                "--prefix=10.32.0.0/12",
                "--lib-dir=" + bed.directory().resolve("lib"));
    }

    /** Another program has the router's port. Envoy runs all the same, and one that is killed has its own exit code too. */
    @Test
    void withoutARouterEnvoyRunsOnTheOverlay() throws IOException {
        try (Running holder = bed.host(2).start("python3", "-m", "http.server", "6786")) {
            holder.waitForListener(6786, SOON);
            Running server = start(bed.host(2), embedded(2), answering());
            server.waitForOutput("Envoy", SOON, output -> output.contains(READY));
            assertThat(server.stderr().lines().filter(line -> line.startsWith("slim-envoy: ")))
                    .singleElement(InstanceOfAssertFactories.STRING)
                    .contains("the router cannot serve, so Envoy's connections take the overlay: ", "6786");
            assertThat(bed.container(1)
                            .exec(
                                    "curl",
                                    "-sS",
                                    "-m",
                                    "5",
                                    "http://" + bed.container(2).address() + ":" + PORT)
                            .stdout())
                    .isEqualTo("well");
            ProcessHandle.of(server.pid()).orElseThrow().children().forEach(ProcessHandle::destroyForcibly);
            assertThat(server.waitFor(SOON).exitCode()).isEqualTo(137);
        }
    }
}
