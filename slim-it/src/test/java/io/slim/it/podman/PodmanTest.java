package io.slim.it.podman;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.testbed.Finished;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real programs in containers of Podman with one annotation: past the overlay, with the overlay's names. */
@RequiresHost(
        programs = {
            "podman",
            "runc",
            "crun",
            "conmon",
            "nginx",
            "curl",
            "redis-server",
            "redis-benchmark",
            "iperf3",
            "unshare"
        },
        slim = true)
class PodmanTest {

    @RegisterExtension
    static final PodmanLab lab = new PodmanLab("secure", "--no-archive");

    @BeforeAll
    static void startRouters() {
        lab.startRouters();
    }

    @AfterEach
    void removeContainers() {
        lab.removeContainers();
    }

    private Finished fromFirst(String... command) {
        return lab.first().once(lab.place(1), List.of(), command);
    }

    @Test
    void nginxSeesTheClientsOverlayAddress() throws Exception {
        Path directory = Files.createDirectory(lab.directory().resolve("nginx"));
        Files.writeString(
                directory.resolve("nginx.conf"),
                "daemon off; user root; pid " + directory + "/pid; error_log stderr; events {}\n"
                        + "http { access_log off; client_body_temp_path " + directory + "/b; proxy_temp_path "
                        + directory
                        + "/p; fastcgi_temp_path " + directory + "/f; uwsgi_temp_path " + directory
                        + "/u; scgi_temp_path "
                        + directory
                        + "/s; server { listen 8080; location / { return 200 \"$remote_addr $server_addr\\n\"; } } }\n");
        lab.second()
                .start(
                        "web",
                        lab.place(2),
                        List.of("-v", directory + ":" + directory),
                        "nginx",
                        "-c",
                        directory + "/nginx.conf");
        lab.awaitHostPath(
                "curl",
                () -> fromFirst(
                        "curl",
                        "-sS",
                        "--retry",
                        "20",
                        "--retry-connrefused",
                        "--retry-delay",
                        "0",
                        "http://10.32.0.2:8080/"));
        Finished answer = fromFirst("curl", "-sS", "http://10.32.0.2:8080/").orThrow();
        assertThat(answer.stdout()).isEqualTo("10.32.0.1 10.32.0.2\n");
    }

    @Test
    void redisAndIperfTakeTheHostPath() {
        lab.second().start("cache", lab.place(4), "redis-server", "--save", "", "--protected-mode", "no");
        lab.second().start("speed", lab.place(2), "iperf3", "-s");
        lab.awaitHostPath(
                "redis-benchmark",
                () -> fromFirst("redis-benchmark", "-h", "10.32.0.4", "-n", "200", "-c", "4", "-t", "ping_inline"));
        lab.awaitHostPath("iperf3", () -> fromFirst("iperf3", "-c", "10.32.0.2", "-n", "8M"));
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        Finished iperf = fromFirst("iperf3", "-c", "10.32.0.2", "-n", "256M").orThrow();
        overlay.assertUnused();
        assertThat(iperf.stdout()).contains("connected to 10.32.0.2 port 5201");
    }

    /** Podman makes the environment of what is executed itself, and no hook sees it. */
    @Test
    void whatIsExecutedInAContainerIsOnSlimToo() {
        lab.first().start("client", lab.place(1), "sleep", "1000");
        lab.second().start("server", lab.place(2), "sleep", "1000");
        lab.second().podman("exec", "-d", "server", "iperf3", "-s").orThrow();
        lab.awaitHostPath("iperf3", () -> lab.first()
                .podman(
                        "exec",
                        "client",
                        "sh",
                        "-c",
                        "i=0; until iperf3 -c 10.32.0.2 -n 8M; do i=$((i+1)); [ $i -lt 50 ]; done"));
        assertThat(lab.first()
                        .podman("exec", "client", "cat", "/proc/self/maps")
                        .orThrow()
                        .stdout())
                .contains("libslim.so");
    }

    /** It wants a host with cgroup2 alone: one is made for the client, in mounts of its own. */
    @Test
    void crunsContainersAreOnSlimToo() {
        lab.second().start("server", lab.place(2), "iperf3", "-s");
        List<String> line = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "--propagation=private",
                "sh",
                "-c",
                "mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec \"$0\" \"$@\""));
        line.addAll(lab.first().podmanLine());
        line.replaceAll(word -> word.equals("--runtime=runc") ? "--runtime=crun" : word);
        line.addAll(PodmanHost.run("crun", lab.place(1)));
        line.addAll(List.of("--rm", "--cgroups=disabled", "--annotation=io.slim.enable=true", "--rootfs", "/:O"));
        line.addAll(List.of("iperf3", "-c", "10.32.0.2", "-n", "8M"));
        lab.awaitHostPath("a client of crun's", () -> lab.first().host().exec(line.toArray(String[]::new)));
        lab.first().router().awaitRegistered("crun's has ended");
    }

    /** As the containers of a pod do. */
    @Test
    void containersShareANetworkNamespace() {
        lab.second().start("server", lab.place(2), "iperf3", "-s");
        lab.second().start("other", lab.place(2), "sleep", "1000");
        String seat = lab.second().shortId("server");
        lab.second().router().awaitRegistered("both are one", seat);
        lab.second().remove("server");
        lab.second().router().awaitRegistered("one is left", seat);
        lab.second().podman("exec", "-d", "other", "iperf3", "-s").orThrow();
        lab.awaitHostPath(
                "iperf3",
                () -> fromFirst(
                        "sh", "-c", "i=0; until iperf3 -c 10.32.0.2 -n 8M; do i=$((i+1)); [ $i -lt 50 ]; done"));
        lab.second().remove("other");
        lab.second().router().awaitRegistered("none is left");
    }

    @Test
    void aContainersOwnRateIsKept() {
        lab.second().start("server", lab.place(2), "iperf3", "-s");
        lab.awaitHostPath("iperf3", () -> fromFirst("iperf3", "-c", "10.32.0.2", "-n", "1M"));
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        Finished slow = lab.first()
                .once(
                        lab.place(1),
                        List.of("--annotation=io.slim.rate=80Mbit"),
                        "iperf3",
                        "-c",
                        "10.32.0.2",
                        "-t",
                        "1",
                        "-f",
                        "m")
                .orThrow();
        overlay.assertUnused();
        assertThat(slow.stdout()).containsPattern(" (6|7|8|9)\\d(\\.\\d+)? Mbits/sec +receiver");
    }
}
