package io.slim.it.podman;

import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Finished;
import io.slim.testbed.Host;
import io.slim.testbed.TestBed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A host of the test-bed with Podman, storage of its own, and {@code ./slim podman-hook install}. */
final class PodmanHost implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(10);
    /** A port to which c3 has to take the overlay. */
    static final int NOT_FOR_C3 = 5202;

    private static final String SCRIPT =
            Path.of(System.getProperty("slim.basedir"), "slim").toString();

    private final Host host;
    private final Path directory;
    private final Path state;
    private final String mode;
    private final PodmanRouter router;

    /** Installs it; the router is not started, and will be in this mode. */
    PodmanHost(TestBed bed, Host host, Path parent, String mode, String... options) {
        this.host = host;
        this.directory = parent.resolve(host.name());
        this.state = host.directory();
        this.mode = mode;
        this.router = new PodmanRouter(state);
        configure("resolver: static:" + bed.resolverFile());
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--config=" + directory.resolve("podman.yaml"));
        slim("install", all.toArray(String[]::new)).orThrow();
    }

    /** Writes the router's settings; the resolver's line says whether they are good. */
    void configure(String resolver) {
        try {
            Files.createDirectories(directory);
            Path policy = Files.writeString(
                    directory.resolve("policy.yaml"),
                    "rules: [{name: kept apart, from: 10.32.0.3, ports: " + NOT_FOR_C3 + ", action: overlay}]\n");
            Files.writeString(
                    directory.resolve("podman.yaml"),
                    String.join(
                            "\n",
                            "host-address: " + host.address(),
                            resolver,
                            "mode: " + mode,
                            "control-insecure: true",
                            "prefix: 10.32.0.0/12",
                            "policy: " + policy,
                            "lib-dir: " + directory.resolve("lib"),
                            "socket: " + state.resolve("slim.sock"),
                            // These tests keep both processors busy; a late decision would only mean the overlay.
                            "connect-deadline-ms: 4000",
                            ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code ./slim podman-hook COMMAND} with everything below this host's directory. */
    Finished slim(String command, String... options) {
        List<String> line = new ArrayList<>(List.of("bash", SCRIPT, "podman-hook", command));
        line.add("--prefix=" + directory);
        line.add("--containers-conf=" + directory.resolve("containers.conf.d"));
        line.add("--state-dir=" + state);
        line.addAll(List.of(options));
        return host.shell()
                .with("SLIM_BUILD", "off")
                .with("JAVA_HOME", System.getProperty("java.home"))
                .exec(line.toArray(String[]::new));
    }

    /** {@code ./slim COMMAND}, for this host's router. */
    Finished slimCommand(String command, String... arguments) {
        List<String> line = new ArrayList<>(List.of("bash", SCRIPT, command));
        line.addAll(List.of(arguments));
        line.add("--state-dir=" + state);
        return host.shell()
                .with("SLIM_BUILD", "off")
                .with("JAVA_HOME", System.getProperty("java.home"))
                .exec(line.toArray(String[]::new));
    }

    Path installed(String file) {
        return directory.resolve(file);
    }

    Path state() {
        return state;
    }

    Host host() {
        return host;
    }

    /** The router that containers of this host start. */
    PodmanRouter router() {
        return router;
    }

    /** {@code podman ARGUMENTS}, to its end. */
    Finished podman(String... arguments) {
        List<String> line = podmanLine();
        line.addAll(List.of(arguments));
        return host.exec(line.toArray(String[]::new));
    }

    List<String> podmanLine() {
        return new ArrayList<>(List.of(
                "podman",
                "--root=" + directory.resolve("root"),
                "--runroot=" + directory.resolve("run"),
                "--tmpdir=" + directory.resolve("tmp"),
                "--cgroup-manager=cgroupfs",
                "--events-backend=file",
                "--runtime=runc",
                "--hooks-dir=" + installed("share/slim/hooks.d")));
    }

    /** The words that run a container with this machine's programs, in the place of a container of the test-bed. */
    static List<String> run(String name, Container place) {
        return List.of(
                "run",
                "--name=" + name,
                // Without CAP_SYS_RESOURCE limits cannot be raised, and Podman's own would be higher.
                "--ulimit=nofile=16384:16384",
                "--ulimit=nproc=8192:8192",
                "--env=SLIM_WAIT_MS=5000",
                "--network=" + network(place));
    }

    /** {@code --network} for the place of a container of the test-bed. */
    static String network(Container place) {
        String bed = place.host().directory().getParent().getFileName().toString();
        return "ns:/run/netns/" + bed + "-" + place.name();
    }

    /** Starts a container that asks for Slim and stays. */
    void start(String name, Container place, String... command) {
        start(name, place, List.of(), command);
    }

    void start(String name, Container place, List<String> options, String... command) {
        List<String> line = new ArrayList<>(run(name, place));
        line.addAll(List.of("-d", "--annotation=io.slim.enable=true"));
        line.addAll(options);
        line.addAll(List.of("--rootfs", "/:O"));
        line.addAll(List.of(command));
        podman(line.toArray(String[]::new)).orThrow();
    }

    /** Runs a container to its end. */
    Finished once(Container place, List<String> options, String... command) {
        List<String> line = new ArrayList<>(run("once", place));
        line.addAll(List.of("--rm", "--annotation=io.slim.enable=true"));
        line.addAll(options);
        if (options.stream().anyMatch(option -> option.startsWith("--network="))) {
            line.remove("--network=" + network(place));
        }
        line.addAll(List.of("--rootfs", "/:O"));
        line.addAll(List.of(command));
        return podman(line.toArray(String[]::new));
    }

    void remove(String name) {
        removing(name);
    }

    void removeAll() {
        removing("-a");
    }

    /** The first time Podman may only find out that a container has lost its monitor. */
    private void removing(String which) {
        Eventually.await(
                "podman rm " + which,
                SOON,
                () -> podman("rm", "-f", "-t", "0", which).exitCode() == 0);
    }

    /** What a reboot does: no process, no mount, nothing below /run, nothing in the kernel. */
    void reboot() throws IOException {
        podman("ps", "-aq", "--no-trunc").orThrow().stdout().lines().forEach(id -> {
            kill(pid(id, "ConmonPid"));
            kill(pid(id, "Pid"));
            Eventually.await(
                    "the runtime forgets " + id,
                    SOON,
                    () -> host.exec("runc", "delete", "--force", id).exitCode() == 0);
        });
        router.kill();
        host.clearKernel();
        unmountAll();
        for (Path gone : List.of(directory.resolve("run"), directory.resolve("tmp"), state)) {
            host.exec("rm", "-rf", "--one-file-system", gone.toString()).orThrow();
        }
        // The test-bed's own, for its routers.
        Files.createDirectories(state);
    }

    private void unmountAll() {
        host.exec(
                        "sh",
                        "-c",
                        "for m in $(awk -v d=\"$0\" 'index($2, d) == 1 { print $2 }' /proc/self/mounts | sort -r); do umount -l $m; done",
                        directory.toString())
                .orThrow();
    }

    static void kill(long pid) {
        if (pid > 0) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** The process of a container, or its monitor. */
    long pid(String name, String field) {
        return Long.parseLong(podman("inspect", "-f", "{{.State." + field + "}}", name)
                .orThrow()
                .stdout()
                .strip());
    }

    /** As people see it, and as the router names it. */
    String shortId(String name) {
        return podman("inspect", "-f", "{{.Id}}", name)
                .orThrow()
                .stdout()
                .strip()
                .substring(0, 12);
    }

    /** Starts it as a service would. */
    void startRouter() {
        host.start(
                "sh",
                "-c",
                "exec \"$0\" router >>\"$1\" 2>&1",
                installed("libexec/slim/slim-podman-hook").toString(),
                state.resolve("router.log").toString());
    }

    /** Containers that start while it is not ready run without Slim: here one starts after the other until it is. */
    void awaitRouter(Container place) {
        Eventually.await(
                "a router was started",
                Duration.ofSeconds(30),
                () -> !once(place, List.of(), "true").orThrow().stderr().contains("without Slim"));
    }

    /** What is left of mounts below this host's directories, but for the one that Podman's storage has for itself. */
    List<String> mounts() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mounts"))) {
            return lines.filter(line -> line.contains(directory.toString()) || line.contains(state.toString()))
                    .filter(line -> !line.contains(directory.resolve("root/overlay") + " "))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        podman("rm", "-f", "-a", "-t", "0");
        router.kill();
        unmountAll();
    }
}
