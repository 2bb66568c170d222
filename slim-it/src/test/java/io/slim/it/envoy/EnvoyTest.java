package io.slim.it.envoy;

import static io.slim.it.envoy.Envoy.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.it.policy.Rules;
import io.slim.it.program.Shadows;
import io.slim.it.program.Shim;
import io.slim.it.program.Wrk;
import io.slim.testbed.Eventually;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client, its Envoy, the server's Envoy on another host, a server: Envoy to Envoy takes the host path, and nobody sees other than the overlay's
 * addresses. Envoy registers a socket with its epoll before it connects, for all events and only once: without the repetition of that for the host
 * socket (replace.c) no request of these tests gets an answer.
 */
@RequiresHost(
        programs = {"nginx", "wrk", "curl", "pip3", "openssl", "nft"},
        slim = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EnvoyTest {
    private static final int APPLICATION_PORTS = 500;
    /** After all that have no order. */
    private static final int LATE = Order.DEFAULT + 1;

    private static final long FEWER_THAN_A_REQUEST = 400;

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.secure();

    private static Mesh mesh;
    private static final List<Router> routers = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        routers.addAll(lab.routers());
        Shadows shadows = Shadows.of(lab.server().host());
        mesh = new Mesh(lab);
        for (int port : new int[] {15000, 15001, 15002, 15003, 15004, 15005}) {
            shadows.awaitOffered(port, mesh.back().process()::isAlive);
        }
        settle();
    }

    @AfterAll
    static void stop() {
        if (mesh != null) {
            mesh.close();
        }
    }

    /** The first connection to a listener may take the overlay. */
    private static void settle() {
        for (String path : new String[] {"h1", "h2", "mtls"}) {
            Eventually.await("/" + path + " takes the host path", SOON, () -> {
                OverlayWatch overlay = OverlayWatch.start(lab.bed());
                return status("/" + path).equals("200") && overlay.bytes() < FEWER_THAN_A_REQUEST;
            });
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"/h1, HTTP/1.1, -", "/h2, HTTP/2, -", "/mtls, HTTP/2, CN=front", "/original, HTTP/1.1, -"})
    void bothEndsSeeTheOverlaysAddresses(String path, String protocol, String peer) {
        String client = lab.client().address();
        String server = lab.server().address();
        int port = path.equals("/mtls") ? 15001 : 15000;
        String asked = path + "-" + System.nanoTime();
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        assertThat(mesh.curl(":10000" + asked, "-H", "x-envoy-original-dst-host: " + server + ":15000")
                        .orThrow()
                        .stdout())
                .isEqualTo("for " + client + "," + client + "\n200");
        overlay.assertUnused();
        String front = logged("front", asked);
        assertThat(front).contains("remote=" + server + ":" + port);
        String local = front.replaceFirst(".* local=(\\S+) .*", "$1");
        assertThat(local).startsWith(client + ":");
        assertThat(logged("back", asked))
                .contains(" " + protocol + " 200 ")
                .contains("direct=" + local + " ")
                .contains("remote=" + client + ":")
                .contains("local=" + server + ":" + port)
                .endsWith("peer=" + peer);
    }

    /** Envoy writes its logs once in a while. */
    private static String logged(String envoy, String asked) {
        Eventually.await(
                envoy + " has logged " + asked, SOON, () -> find(envoy, asked).isPresent());
        return find(envoy, asked).orElseThrow();
    }

    private static Optional<String> find(String envoy, String asked) {
        return mesh.log(envoy).stream().filter(line -> line.contains(asked)).findFirst();
    }

    @Test
    void grpcStreamsTakeTheHostPath() {
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        assertThat(lab.client()
                        .exec(Mesh.java(GrpcEcho.class, "talk", "127.0.0.1", "10000", "2000"))
                        .orThrow()
                        .stdout())
                .isEqualTo("2000 answers\n");
        overlay.assertUnused();
    }

    /** Plain TCP, and with PROXY protocol, by which the server's Envoy learns of the client. */
    @ParameterizedTest
    @ValueSource(ints = {10001, 10002})
    void tcpIsPassedOn(int port) {
        mesh.curl(":" + port + "/").orThrow();
        int before = mesh.log("back").size();
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        assertThat(mesh.curl(":" + port + "/").orThrow().stdout()).endsWith("200");
        overlay.assertUnused();
        Eventually.await(
                "the connections are logged", SOON, () -> mesh.log("back").size() > before);
        assertThat(mesh.log("back").get(mesh.log("back").size() - 1))
                .contains("direct=" + lab.client().address() + ":")
                .contains("remote=" + lab.client().address() + ":");
    }

    @Test
    void rulesForAddressesOfTheUnderlayLetNobodyIn() {
        assertThat(mesh.curl(":10000/forbidden").stdout()).endsWith("503");
        assertThat(mesh.back().stat("forbidden.rbac.denied")).isPositive();
    }

    @Test
    void upstreamsOfAControlPlaneAreReachedAndFailAsWithoutSlim() {
        String server = lab.server().address();
        mesh.control()
                .set(
                        List.of(
                                ControlPlane.byEds("managed"),
                                ControlPlane.checked("checked", server, 15000, 15999),
                                ControlPlane.watched("outlier", server, 15000, 15005)),
                        List.of(ControlPlane.endpoints("managed", server, 15000)));
        Eventually.await(
                "the clusters are known", SOON, () -> status("/managed").equals("200"));
        String nobody = server + ":15999::health_flags::";
        Eventually.await("the dead endpoint fails its checks", SOON, () -> mesh.front()
                .admin("/clusters")
                .contains(nobody + "/failed_active_hc"));
        assertThat(mesh.front().admin("/clusters")).contains("checked::" + server + ":15000::health_flags::healthy");
        for (int i = 0; i < 6; i++) {
            assertThat(status("/checked")).isEqualTo("200");
            assertThat(status("/outlier")).isEqualTo("200");
        }
        assertThat(mesh.front().stat("cluster.outlier.outlier_detection.ejections_active"))
                .isEqualTo(1);
        mesh.control()
                .set(List.of(ControlPlane.byEds("managed")), List.of(ControlPlane.endpoints("managed", server, 15005)));
        Eventually.await(
                "the endpoint is another one", SOON, () -> status("/managed").equals("503"));
        mesh.control()
                .set(List.of(ControlPlane.byEds("managed")), List.of(ControlPlane.endpoints("managed", server, 15000)));
        Eventually.await("the endpoint is the first one again", SOON, () -> status("/managed")
                .equals("200"));
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        assertThat(status("/managed")).isEqualTo("200");
        overlay.assertUnused();
    }

    private static String status(String path) {
        return mesh.curl(":10000" + path, "-o", "/dev/null").stdout();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 512})
    void loadTakesTheHostPath(int connections) {
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        Wrk.assertFlawless(load(10000, connections == 64 ? "/mtls" : "/h1", connections, 1, "keep-alive")
                .waitFor(SOON));
        overlay.assertUnused();
    }

    private static Running load(int port, String path, int connections, int seconds, String connection) {
        return lab.client()
                .start(
                        "wrk",
                        "-t" + Math.min(connections, 2),
                        "-c" + connections,
                        "-d" + seconds,
                        "-H",
                        "Connection: " + connection,
                        "http://127.0.0.1:" + port + path);
    }

    /** Requests over long connections, and one connection for each. */
    private static List<Running> loads(int seconds) {
        return List.of(load(10000, "/mtls", 8, seconds, "keep-alive"), load(10001, "/", 16, seconds, "close"));
    }

    @Test
    @Order(LATE)
    void hotRestartUnderLoadLosesNoRequest() throws IOException, InterruptedException {
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        List<Running> loads = loads(6);
        mesh.back().restartHot();
        assertThat(loads).as("there was load all the time").allMatch(Running::isAlive);
        loads.forEach(load -> Wrk.assertFlawless(load.waitFor(SOON)));
        mesh.front().restartHot();
        assertThat(status("/mtls")).isEqualTo("200");
        // Successors have shadows too, and clients are on the host path all the time.
        overlay.assertUnused();
    }

    /** Afterwards there are connections over the overlay, as there may. */
    @Test
    @Order(LATE + 1)
    void routersKilledUnderLoadLoseNoRequest() {
        List<Running> loads = loads(4);
        for (int i = 0; i < routers.size(); i++) {
            routers.get(i).kill();
        }
        for (int i = 0; i < routers.size(); i++) {
            routers.set(
                    i, lab.bed().hosts().get(i).startRouter(Router.MODE, "secure", "--connect-deadline-ms", "4000"));
        }
        loads.forEach(load -> Wrk.assertFlawless(load.waitFor(SOON)));
    }

    /**
     * A sidecar that takes by a rule what comes into its container, or what leaves it. Client and application have the shim, which would lead past it: the
     * overlay does not, so nothing does.
     */
    @ParameterizedTest(name = "rules in c{0}, {1}")
    @CsvSource({"2, prerouting priority dstnat, 15002", "1, output priority -100, 10001"})
    @Order(LATE + 2)
    void aSidecarThatRedirectsIsNeverGoneAround(int container, String hook, int sidecar) {
        int port = sidecar + APPLICATION_PORTS;
        String url = "http://" + lab.server().address() + ":" + port + "/";
        try (Rules redirect = Rules.add(
                        lab.bed().container(container),
                        "ip",
                        "sidecar",
                        "nat hook " + hook,
                        "tcp dport " + port + " redirect to :" + sidecar);
                Running application = Shim.in(lab.server()).start("python3", "-m", "http.server", "" + port)) {
            application.waitForListener(port, SOON);
            String[] ask = {"curl", "-sS", "-m", "10", "-H", "X-Forwarded-For: me", url};
            for (int i = 0; i < 10; i++) {
                assertThat(Shim.in(lab.client()).exec(ask).orThrow().stdout()).isEqualTo("for me\n");
            }
        }
    }

    /** For Prometheus, beside Envoy's own; the dashboard asks for nothing else of Envoy than there is. */
    @Test
    void numbersOfEachUpstreamAreBesideEnvoys() throws IOException {
        String upstream =
                "slim_upstream_connects_total{upstream=\"" + lab.server().address() + ":15000\",path=\"host\"} ";
        long before = metric(upstream);
        Wrk.assertFlawless(load(10001, "/", 2, 1, "close").waitFor(SOON));
        assertThat(metric(upstream.replace("15000", "15002"))).isGreaterThan(10);
        assertThat(before).isPositive();
        String envoys = mesh.front().admin("/stats/prometheus");
        Path dashboard = Path.of("../adapters/envoy-sidecar/src/main/grafana/slim-envoy.json");
        assertThat(Pattern.compile("\\benvoy_cluster_upstream_[a-z_]+")
                        .matcher(Files.readString(dashboard))
                        .results()
                        .map(MatchResult::group))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(envoys).contains(name));
    }

    private static long metric(String line) {
        Path socket = lab.client().host().directory().resolve("admin.sock");
        return lab.client()
                .host()
                .exec("curl", "-sS", "--unix-socket", "" + socket, "http://slim/metrics")
                .orThrow()
                .stdout()
                .lines()
                .filter(each -> each.startsWith(line))
                .mapToLong(each -> Long.parseLong(each.substring(line.length())))
                .findFirst()
                .orElse(0);
    }
}
