package io.slim.it.podman;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.Eventually;
import io.slim.testbed.Finished;
import io.slim.testbed.Running;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** However a container or the router ends: the router serves the containers that run, and those alone. */
@RequiresHost(
        programs = {"podman", "runc", "conmon", "iperf3"},
        slim = true)
class PodmanLifeTest {

    @RegisterExtension
    static final PodmanLab lab = new PodmanLab("secure", "--no-archive");

    private static PodmanHost host() {
        return lab.first();
    }

    @AfterEach
    void removeContainers() throws IOException {
        host().removeAll();
        host().router().awaitRegistered("none is left");
        host().router().awaitNothingInTheKernel();
        assertThat(host().mounts()).isEmpty();
        for (String kept : List.of("containers", "hosted")) {
            Path directory = host().state().resolve(kept);
            if (Files.exists(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    assertThat(files).isEmpty();
                }
            }
        }
    }

    @Test
    void aContainersLife() {
        host().awaitRouter(lab.place(1));
        host().start("life", lab.place(1), "sleep", "1000");
        String id = host().shortId("life");
        host().router().awaitRegistered("started", id);
        host().podman("pause", "life").orThrow();
        host().router().awaitRegistered("paused", id);
        host().podman("unpause", "life").orThrow();
        host().podman("stop", "-t", "0", "life").orThrow();
        host().router().awaitRegistered("stopped");
        host().podman("start", "life").orThrow();
        host().router().awaitRegistered("started again", id);
        host().podman("restart", "-t", "0", "life").orThrow();
        host().router().awaitRegistered("restarted", id);
        PodmanHost.kill(host().pid("life", "Pid"));
        host().router().awaitRegistered("killed");
        host().podman("start", "life").orThrow();
        host().router().awaitRegistered("started after that", id);
        PodmanHost.kill(host().pid("life", "ConmonPid"));
        PodmanHost.kill(host().pid("life", "Pid"));
        host().router().awaitRegistered("killed with its monitor");
        host().remove("life");
        host().start("life", lab.place(1), "sleep", "1000");
        host().remove("life");
        host().router().awaitRegistered("removed");
        assertThat(host().once(lab.place(1), List.of(), "/no/such/program").exitCode())
                .isEqualTo(127);
        host().router().awaitRegistered("never created");
    }

    @Test
    void theNextRouterServesWhatRuns() {
        host().awaitRouter(lab.place(1));
        host().start("one", lab.place(1), "sleep", "1000");
        host().start("two", lab.place(3), "sleep", "1000");
        String one = host().shortId("one");
        String two = host().shortId("two");
        host().router().kill();
        host().remove("two");
        host().start("three", lab.place(3), "sleep", "1000");
        host().awaitRouter(lab.place(3));
        assertThat(host().router().registered()).contains(one).doesNotContain(two);
        // Its socket is in the directory that the container has mounted.
        assertThat(host().podman("exec", "one", "stat", "-c", "%F", "/run/slim/slim.sock")
                        .orThrow()
                        .stdout())
                .isEqualTo("socket\n");
        assertThat(host().router().vaults()).anyMatch(name -> name.startsWith(one));
        // What the killed one had for a container that is gone goes after a minute.
        host().removeAll();
        host().router().kill();
        host().host().clearKernel();
    }

    @Test
    void bothEndInTheMiddleOfATransfer() {
        host().awaitRouter(lab.place(1));
        host().start("server", lab.place(3), "iperf3", "-s");
        host().start("client", lab.place(1), "sh", "-c", "while :; do iperf3 -c 10.32.0.3 -t 1; done");
        Eventually.await(
                "a transfer past the overlay",
                PodmanHost.SOON,
                () -> host().router().status().path("secure").path("ways").asInt() > 0);
        PodmanHost.kill(host().pid("server", "Pid"));
        host().router().awaitRegistered("the client is left", host().shortId("client"));
        host().podman("restart", "-t", "0", "client").orThrow();
        host().router().awaitRegistered("the client is back", host().shortId("client"));
        host().podman("pause", "client").orThrow();
        host().remove("client");
    }

    @Test
    void aRebootLeavesNothingToTrip() throws Exception {
        host().awaitRouter(lab.place(1));
        host().start("life", lab.place(1), "sleep", "1000");
        host().reboot();
        host().awaitRouter(lab.place(3));
        host().podman("start", "life").orThrow();
        host().router().awaitRegistered("started after a reboot", host().shortId("life"));
    }

    /** Each finds no router and wants one. */
    @Test
    void tenAtOnceStartOneRouter() throws Exception {
        host().router().kill();
        Files.deleteIfExists(host().state().resolve("router.log"));
        List<Running> all = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
            List<String> line = host().podmanLine();
            line.addAll(PodmanHost.run("many" + n, lab.place(1)));
            line.addAll(
                    List.of("--rm", "--annotation=io.slim.enable=true", "--network=none", "--rootfs", "/:O", "true"));
            line.removeIf(word -> word.startsWith("--network=ns:"));
            all.add(host().host().start(line.toArray(String[]::new)));
        }
        for (Running one : all) {
            Finished finished = one.waitFor(Duration.ofSeconds(60));
            assertThat(finished.exitCode()).as(finished.stderr()).isZero();
        }
        host().awaitRouter(lab.place(1));
        assertThat(Pattern.compile("slim-podman-hook ready")
                        .matcher(host().router().log())
                        .results())
                .as(host().router().log())
                .hasSize(1);
    }
}
