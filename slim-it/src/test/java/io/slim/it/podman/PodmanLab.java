package io.slim.it.podman;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Finished;
import io.slim.testbed.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Two hosts with Podman and two places for containers each, for all tests of a class: c1 and c3 on the first, c2 and c4 on the second. */
final class PodmanLab implements BeforeAllCallback, AfterAllCallback {

    private static final Duration READY = Duration.ofSeconds(30);

    private final String mode;
    private final String[] options;
    private TestBed bed;
    private Path directory;
    private PodmanHost first;
    private PodmanHost second;

    /**
     * Nothing is made before it is asked for.
     *
     * @param mode of the routers
     * @param options of {@code install}
     */
    PodmanLab(String mode, String... options) {
        this.mode = mode;
        this.options = options.clone();
    }

    TestBed bed() {
        return bed;
    }

    PodmanHost first() {
        if (first == null) {
            first = new PodmanHost(bed, bed.host(1), directory, mode, options);
        }
        return first;
    }

    PodmanHost second() {
        if (second == null) {
            second = new PodmanHost(bed, bed.host(2), directory, mode, options);
        }
        return second;
    }

    Container place(int number) {
        return bed.container(number);
    }

    Path directory() {
        return directory;
    }

    /** Starts both, and makes sure that they are in the mode that is meant. */
    void startRouters() {
        List<PodmanHost> hosts = List.of(first(), second());
        hosts.forEach(PodmanHost::startRouter);
        for (PodmanHost host : hosts) {
            Eventually.await(
                    "a router is ready: " + host.router().log(),
                    READY,
                    () -> Files.exists(host.state().resolve("hook.sock")));
            assertThat(host.router().status().path("mode").asText()).isEqualTo(mode.replace('-', '_'));
        }
    }

    /** Removes all containers. Nothing of them is to be left with routers or kernel. */
    void removeContainers() {
        List.of(first(), second()).forEach(PodmanHost::removeAll);
        List.of(first(), second()).forEach(host -> {
            host.router().awaitRegistered("none is left");
            host.router().awaitNothingInTheKernel();
        });
    }

    /** Waits until what a client does no longer touches the overlay: routers meet each other with the first connection. */
    void awaitHostPath(String what, Supplier<Finished> client) {
        Eventually.await(what + " takes the host path", PodmanHost.SOON, () -> {
            OverlayWatch overlay = OverlayWatch.start(bed);
            client.get().orThrow();
            return overlay.bytes() < 1_000;
        });
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        bed = TestBed.builder().hosts(2).containersPerHost(2).build();
        // Not in the test-bed's directory: /run may be too small, and mounted noexec.
        directory = Files.createTempDirectory("slim-podman");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (first != null) {
            first.close();
        }
        if (second != null) {
            second.close();
        }
        if (bed != null) {
            bed.close();
        }
        if (directory != null) {
            new ProcessBuilder("rm", "-rf", "--one-file-system", directory.toString())
                    .start()
                    .onExit()
                    .join();
        }
    }
}
