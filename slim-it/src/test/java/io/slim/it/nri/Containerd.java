package io.slim.it.nri;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.slim.it.nri.CriWire.Empty;
import io.slim.it.nri.CriWire.ListPodSandboxResponse;
import io.slim.it.nri.CriWire.PodId;
import io.slim.it.nri.CriWire.PodSandbox;
import io.slim.testbed.Eventually;
import io.slim.testbed.Host;
import io.slim.testbed.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A containerd on a host of the test-bed, with storage of its own; its pods are on the test-bed's overlay, 10.32.HOST.0/24. */
final class Containerd implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration START = Duration.ofSeconds(30);

    private final Host host;
    private final ContainerdRelease release;
    private final Path directory;
    private final Cri cri;
    private Running process;

    /** Starts it. */
    Containerd(Host host, int number, ContainerdRelease release, Path directory) throws IOException {
        this.host = host;
        this.release = release;
        this.directory = directory;
        Path cni = Files.createDirectories(directory.resolve("cni"));
        for (String made : List.of("plugins", "plugins.conf", "opt")) {
            Files.createDirectories(directory.resolve(made));
        }
        Files.writeString(
                cni.resolve("10-overlay.conflist"),
                "{\"cniVersion\":\"1.0.0\",\"name\":\"overlay\",\"plugins\":[{\"type\":\"bridge\",\"bridge\":\"br0\",\"mtu\":1450,"
                        + "\"isGateway\":false,\"ipMasq\":false,\"ipam\":{\"type\":\"host-local\",\"dataDir\":\""
                        + directory
                        + "/ipam\",\"ranges\":[[{\"subnet\":\"10.32.0.0/12\",\"rangeStart\":\"10.32." + number
                        + ".1\",\"rangeEnd\":\"10.32." + number + ".254\"}]]}}]}");
        Files.writeString(directory.resolve("config.toml"), String.join("\n", release.configuration(directory, cni)));
        start();
        this.cri = new Cri(directory.resolve("containerd.sock"));
    }

    void start() {
        process = host.shell()
                .with("PATH", release.programs() + ":" + System.getenv("PATH"))
                .start(
                        "setsid",
                        "containerd",
                        "-c",
                        directory.resolve("config.toml").toString());
        // Plug-ins that it launches come first.
        boolean listens = Eventually.holdsWithin(
                START, () -> Files.exists(nriSocket()) && Files.exists(directory.resolve("containerd.sock")));
        assertThat(listens).as("containerd listens\n" + log()).isTrue();
    }

    /** As a crash does; pods live on. */
    void kill() throws IOException {
        process.kill();
        Files.deleteIfExists(nriSocket());
        Files.deleteIfExists(directory.resolve("containerd.sock"));
    }

    void load(Path images) {
        host.shell()
                .with("PATH", release.programs() + ":" + System.getenv("PATH"))
                .exec(
                        "ctr",
                        "-a",
                        directory.resolve("containerd.sock").toString(),
                        "-n",
                        "k8s.io",
                        "images",
                        "import",
                        "--local",
                        "--snapshotter",
                        "native",
                        images.toString())
                .orThrow();
    }

    Path nriSocket() {
        return directory.resolve("nri.sock");
    }

    Path directory() {
        return directory;
    }

    /** Of all its pods. */
    String cgroup() {
        return "/slim-nri-" + directory.getParent().getFileName() + "-" + host.name();
    }

    Host host() {
        return host;
    }

    String log() {
        return process.stderr();
    }

    Cri cri() {
        return cri;
    }

    void removeAll() {
        for (PodSandbox pod : cri.call(
                        "ListPodSandbox", Empty.getDefaultInstance(), ListPodSandboxResponse.getDefaultInstance())
                .getItemsList()) {
            PodId id = PodId.newBuilder().setPodSandboxId(pod.getId()).build();
            cri.call("StopPodSandbox", id, Empty.getDefaultInstance());
            cri.call("RemovePodSandbox", id, Empty.getDefaultInstance());
        }
    }

    @Override
    public void close() {
        try {
            if (!process.isAlive()) {
                start();
            }
            removeAll();
        } catch (StatusRuntimeException e) {
            System.err.println("pods of " + directory + " are left: " + e.getMessage() + "\n" + log());
        }
        cri.close();
        process.kill();
        removeCgroups();
    }

    /** containerd leaves the one that it was told to put pods into, in each hierarchy. */
    private void removeCgroups() {
        host.exec(
                "sh",
                "-c",
                "find /sys/fs/cgroup -maxdepth 2 -type d -name \"${0#/}\" -exec rmdir {} + 2>/dev/null; true",
                cgroup());
    }
}
