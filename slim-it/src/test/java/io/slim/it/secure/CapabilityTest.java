package io.slim.it.secure;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the router sees for itself of containers that could change the host's network with a host socket. */
@RequiresHost(
        programs = {"setpriv", "unshare", "chroot"},
        slim = true)
class CapabilityTest {
    private static final String PORT = "7410";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final List<String> HARMLESS =
            List.of("setpriv", "--bounding-set=-net_admin,-sys_admin", "--inh-caps=-net_admin,-sys_admin");

    /** A root directory of its own, as a container has; the programs are the host's. */
    private static final String IN_A_ROOT_OF_ITS_OWN =
            "mount -t tmpfs root $0 && for d in bin lib lib64 usr; do [ ! -e /$d ] || { mkdir $0/$d && mount --rbind /$d $0/$d; }; done"
                    + " && echo && exec chroot $0 sleep 600";

    private TestBed bed;
    private Router router;
    private Running server;

    @BeforeEach
    void start() {
        bed = TestBed.builder().hosts(2).containersPerHost(2).build();
        router = bed.host(1)
                .startRouter(Router.MODE, "secure", Router.ACCEPT, "nobody", "--connect-deadline-ms", "4000");
        bed.host(2).startRouter(Router.MODE, "secure", "--connect-deadline-ms", "4000");
        server = bed.container(2).slim().start(bed.probe().toString(), "serve", PORT);
        server.waitForListener(Integer.parseInt(PORT), SOON);
    }

    @AfterEach
    void end() {
        bed.close();
    }

    private boolean takesHostPath(Container client, List<String> launcher) {
        OverlayWatch overlay = OverlayWatch.start(bed);
        String[] line = Stream.concat(
                        launcher.stream(),
                        Stream.of(
                                bed.probe().toString(),
                                "connect",
                                bed.container(2).address(),
                                PORT,
                                "30"))
                .toArray(String[]::new);
        client.slim().with("SLIM_WAIT_MS", "5000").exec(line).orThrow();
        return overlay.isUnused();
    }

    @Test
    void capableContainersStayOnTheOverlay() throws Exception {
        Container harmless = bed.container(3);
        Eventually.await("the host path", SOON, () -> takesHostPath(harmless, HARMLESS));
        assertThat(takesHostPath(bed.container(1), List.of())).isFalse();
        assertThat(router.log())
                .containsPattern(
                        "container c1 gets no host sockets.*its process \\d+, which asks for them, holds or can gain CAP_NET_ADMIN")
                .doesNotContain("container c3 gets no");
        Path root = Files.createDirectory(bed.directory().resolve("root"));
        try (Running sidecar = harmless.shell()
                .start(
                        "unshare",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "sh",
                        "-c",
                        IN_A_ROOT_OF_ITS_OWN,
                        root.toString())) {
            sidecar.waitForOutput("a process in a root of its own", SOON, output -> output.contains("\n"));
            Eventually.await("it is seen", SOON, () -> router.log().contains("container c3 gets no host sockets"));
            assertThat(takesHostPath(harmless, HARMLESS)).isFalse();
        }
        Eventually.await("its end is seen", SOON, () -> takesHostPath(harmless, HARMLESS));
    }
}
