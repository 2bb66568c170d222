package io.slim.it.podman;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.docker.Dockerd;
import io.slim.it.docker.RootFiles;
import io.slim.testbed.Finished;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The runtime that stands before runc, for those who have no precreate hooks; in non-secure mode, which sees addresses that come later. */
@RequiresHost(
        programs = {"podman", "runc", "conmon", "dockerd", "docker", "iperf3", "tar", "ldd", "ip"},
        slim = true)
class SlimRuncTest {

    private static final String CLIENT = "i=0; until iperf3 -c 10.32.0.2 -n 8M; do i=$((i+1)); [ $i -lt 50 ]; done";

    @RegisterExtension
    static final PodmanLab lab = new PodmanLab("non-secure", "--no-archive");

    @BeforeAll
    static void startRouters() {
        lab.startRouters();
    }

    private static Dockerd dockerd(PodmanHost host) throws IOException {
        Path directory = Files.createDirectory(
                lab.directory().resolve("docker-" + host.host().name()));
        return new Dockerd(host.host(), directory, "--add-runtime=slim=" + host.installed("libexec/slim/slim-runc"));
    }

    /** Their networks are plugged in after they were created, and exec's environment is Docker's own. */
    @Test
    void dockersContainersAreOnSlim() throws Exception {
        Path image = RootFiles.pack(
                lab.bed().host(1),
                lab.directory(),
                Path.of("/usr/bin/iperf3"),
                Path.of("/bin/sleep"),
                Path.of("/bin/sh"));
        try (Dockerd one = dockerd(lab.first());
                Dockerd two = dockerd(lab.second())) {
            one.docker("import", image.toString(), "iperf3").orThrow();
            two.docker("import", image.toString(), "iperf3").orThrow();
            one.run("c1", "iperf3", lab.place(1), "--runtime=slim");
            two.run("c2", "iperf3", lab.place(2), "--runtime=slim");
            two.docker("exec", "c2", "iperf3", "-s", "-D").orThrow();
            lab.awaitHostPath(
                    "docker exec", () -> one.docker("exec", "-e", "SLIM_WAIT_MS=5000", "c1", "sh", "-c", CLIENT));
            assertThat(lab.first().router().registered()).hasSize(1);
            lab.awaitHostPath(
                    "podman", () -> lab.first().once(lab.place(3), List.of(), "iperf3", "-c", "10.32.0.2", "-n", "8M"));
            one.docker("rm", "-f", "c1").orThrow();
            lab.first().router().awaitRegistered("removed");
        }
    }

    private static Finished podman(String... words) {
        List<String> line = lab.first().podmanLine();
        line.removeIf(word -> word.startsWith("--hooks-dir") || word.startsWith("--runtime"));
        line.add("--runtime=" + lab.first().installed("libexec/slim/slim-runc"));
        line.addAll(PodmanHost.run("byRuntime", lab.place(1)));
        line.addAll(List.of("--rm"));
        line.addAll(List.of(words));
        return lab.first().host().exec(line.toArray(String[]::new));
    }

    @Test
    void podmanTakesItAsItsRuntime() {
        List<String> list = new ArrayList<>(List.of("--rootfs", "/:O", "sh", "-c", "ls /run/slim; echo $LD_PRELOAD"));
        assertThat(podman(list.toArray(String[]::new)).orThrow().stdout())
                .contains("slim.sock")
                .contains("libslim.so");
        list.add(0, "--annotation=io.slim.enable=false");
        assertThat(podman(list.toArray(String[]::new)).orThrow().stdout()).doesNotContain("slim");
        lab.first().router().awaitRegistered("ended");
    }
}
