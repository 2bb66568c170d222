package io.slim.it.docker;

import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Finished;
import io.slim.testbed.Host;
import io.slim.testbed.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Docker daemon of its own on a host of the test-bed. */
public final class Dockerd implements AutoCloseable {

    private static final Duration READY = Duration.ofSeconds(60);

    private final Host host;
    private final String socket;
    private final Running daemon;
    private final List<String> containers = new ArrayList<>();

    /** Starts it, with more options, and waits until it answers. */
    public Dockerd(Host host, Path directory, String... options) throws IOException {
        this.host = host;
        this.socket = "unix://" + directory.resolve("d.sock");
        List<String> line = new ArrayList<>(List.of(
                "dockerd",
                "-H",
                socket,
                "--data-root=" + Files.createDirectories(directory.resolve("data")),
                "--exec-root=" + Files.createDirectories(directory.resolve("exec")),
                "--pidfile=" + directory.resolve("d.pid"),
                "--storage-driver=vfs",
                "--bridge=none",
                "--iptables=false",
                "--ip6tables=false"));
        line.addAll(List.of(options));
        daemon = host.start(line.toArray(String[]::new));
        Eventually.await("dockerd answers", READY, () -> docker("version").exitCode() == 0 || !daemon.isAlive());
        docker("version").orThrow();
    }

    /** Runs {@code docker} with these arguments to its end. */
    public Finished docker(String... arguments) {
        List<String> line = new ArrayList<>(List.of("docker", "-H", socket));
        line.addAll(List.of(arguments));
        return host.exec(line.toArray(String[]::new));
    }

    /**
     * Starts a container that sleeps, without a network of Docker's, and gives it the place of a test-bed's container on the
     * overlay: what a network plug-in does.
     */
    public void run(String name, String image, Container place, String... options) {
        List<String> line = new ArrayList<>(List.of("run", "-d", "--name", name, "--network=none"));
        // Without CAP_SYS_RESOURCE limits cannot be raised, and Docker's own would be higher.
        line.addAll(List.of("--ulimit", "nofile=16384:16384"));
        line.addAll(List.of(options));
        line.addAll(List.of(image, "/bin/sleep", "infinity"));
        docker(line.toArray(String[]::new)).orThrow();
        containers.add(name);
        String pid = docker("inspect", "-f", "{{.State.Pid}}", name)
                .orThrow()
                .stdout()
                .strip();
        place.exec("ip", "link", "set", "eth0", "netns", pid).orThrow();
        List<String> enter = List.of("nsenter", "--net=/proc/" + pid + "/ns/net", "ip");
        in(enter, "addr", "add", place.address() + "/12", "dev", "eth0");
        in(enter, "link", "set", "eth0", "up");
    }

    private void in(List<String> enter, String... arguments) {
        List<String> line = new ArrayList<>(enter);
        line.addAll(List.of(arguments));
        host.exec(line.toArray(String[]::new)).orThrow();
    }

    /** Removes the containers and ends the daemon, which ends its containerd. */
    @Override
    public void close() {
        containers.forEach(name -> docker("rm", "-f", name));
        daemon.stop();
    }
}
