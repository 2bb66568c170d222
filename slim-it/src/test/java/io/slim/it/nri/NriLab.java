package io.slim.it.nri;

import io.slim.it.OverlayWatch;
import io.slim.testbed.Eventually;
import io.slim.testbed.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Two hosts, the first with containerd 1.7 and the second with 2.x, a plug-in at each, for all tests of a class. Pods go after each test. */
final class NriLab implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private TestBed bed;
    private Path directory;
    private Containerd first;
    private Containerd second;
    private SlimPlugin firstPlugin;
    private SlimPlugin secondPlugin;

    TestBed bed() {
        return bed;
    }

    Containerd first() {
        return first;
    }

    Containerd second() {
        return second;
    }

    SlimPlugin firstPlugin() {
        return firstPlugin;
    }

    SlimPlugin secondPlugin() {
        return secondPlugin;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        bed = TestBed.builder().build();
        opened.push(bed);
        // Not in the test-bed's directory: /run may be too small, and mounted noexec.
        directory = Files.createTempDirectory("slim-nri");
        opened.push(this::removeDirectory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path images = images();
        Path hosts = Files.writeString(
                directory.resolve("hosts.yaml"),
                "hosts:\n  10.32.1.0/24: " + bed.host(1).address() + "\n  10.32.2.0/24: "
                        + bed.host(2).address() + "\n");
        CompletableFuture<Containerd> other =
                CompletableFuture.supplyAsync(() -> runtime(1, ContainerdRelease.V1, images));
        second = runtime(2, ContainerdRelease.V2, images);
        opened.push(second);
        first = other.join();
        opened.push(first);
        firstPlugin = new SlimPlugin(first, hosts);
        opened.push(firstPlugin);
        secondPlugin = new SlimPlugin(second, hosts);
        opened.push(secondPlugin);
        firstPlugin.launch();
        secondPlugin.launch();
        firstPlugin.awaitSynchronized();
        secondPlugin.awaitSynchronized();
    }

    private Containerd runtime(int host, ContainerdRelease release, Path images) {
        try {
            Containerd runtime = new Containerd(
                    bed.host(host), host, release, Files.createDirectories(directory.resolve("h" + host)));
            runtime.load(images);
            return runtime;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Path images() throws IOException, InterruptedException {
        Path source = Files.writeString(
                directory.resolve("pause.c"), "int pause(void); int main(void) { for (;;) pause(); }\n");
        Path pause = directory.resolve("pause");
        Process compiler = new ProcessBuilder("gcc", "-static", "-Os", "-o", pause.toString(), source.toString())
                .inheritIO()
                .start();
        if (compiler.waitFor() != 0) {
            throw new IOException("gcc -static failed");
        }
        Path archive = directory.resolve("images.tar");
        OciImage.write(archive, pause);
        return archive;
    }

    /** Waits until what a client does no longer touches the overlay: routers meet each other with the first connection. */
    void awaitHostPath(String what, Runnable client) {
        Eventually.await(what + " takes the host path", Containerd.SOON, () -> {
            OverlayWatch overlay = OverlayWatch.start(bed);
            client.run();
            return overlay.bytes() < 1_000;
        });
    }

    @Override
    public void afterEach(ExtensionContext context) {
        first.removeAll();
        second.removeAll();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    private void removeDirectory() throws IOException, InterruptedException {
        int unused = new ProcessBuilder("rm", "-rf", "--one-file-system", directory.toString())
                .start()
                .waitFor();
    }
}
