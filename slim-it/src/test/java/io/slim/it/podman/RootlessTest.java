package io.slim.it.podman;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.testbed.Container;
import io.slim.testbed.Finished;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers of a user who is not root: the hook does nothing for them; root can have the router serve them. */
@RequiresHost(
        programs = {"podman", "runc", "conmon", "setpriv", "iperf3", "ip"},
        slim = true)
class RootlessTest {

    private static final String CLIENT = "i=0; until iperf3 -c 10.32.0.2 -n 8M; do i=$((i+1)); [ $i -lt 50 ]; done";
    /** Nobody, everywhere. */
    private static final String USER = "65534";

    @RegisterExtension
    static final PodmanLab lab = new PodmanLab("secure", "--no-archive");

    private static Path home;

    /** A root file system without {@code :O}, which some kernels refuse to users: this machine's programs, mounted. */
    @BeforeAll
    static void prepare() throws Exception {
        lab.startRouters();
        home = Files.createDirectory(lab.directory().resolve("rootless"));
        for (String directory : List.of("etc", "usr", "run", "tmp", "proc", "sys", "dev")) {
            Files.createDirectories(home.resolve("rootfs").resolve(directory));
        }
        for (String link : List.of("bin", "sbin", "lib", "lib64")) {
            Files.createSymbolicLink(home.resolve("rootfs").resolve(link), Path.of("usr", link));
        }
        lab.first()
                .host()
                .exec("chown", "-R", USER + ":" + USER, home.toString())
                .orThrow();
    }

    private static Finished podman(String... words) {
        List<String> line = new ArrayList<>(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"));
        line.addAll(List.of("env", "--chdir=" + home, "HOME=" + home, "XDG_RUNTIME_DIR=" + home));
        line.addAll(List.of("podman", "--root=" + home.resolve("root"), "--runroot=" + home.resolve("run")));
        line.addAll(List.of("--tmpdir=" + home.resolve("tmp"), "--cgroup-manager=cgroupfs", "--events-backend=file"));
        line.addAll(List.of("--runtime=runc", "--hooks-dir=" + lab.first().installed("share/slim/hooks.d")));
        Collections.addAll(line, words);
        return lab.first().host().exec(line.toArray(String[]::new));
    }

    private static Finished run(List<String> options, String... command) {
        List<String> line = new ArrayList<>(List.of("run", "--network=none", "-v", "/usr:/usr:ro"));
        line.addAll(List.of("--ulimit=nofile=16384:16384", "--ulimit=nproc=8192:8192"));
        line.addAll(options);
        line.addAll(List.of("--rootfs", home.resolve("rootfs").toString()));
        Collections.addAll(line, command);
        return podman(line.toArray(String[]::new));
    }

    @Test
    void theHookLeavesThemAloneAndSaysSo() {
        Finished without = run(List.of("--rm", "--annotation=io.slim.enable=true"), "ls", "/run")
                .orThrow();
        assertThat(without.stdout()).doesNotContain("slim");
        assertThat(without.stderr())
                .contains(
                        "slim: the container runs without Slim: the router serves root's containers, not those of a rootless Podman");
        Finished refused =
                run(List.of("--rm", "--annotation=io.slim.enable=true", "--annotation=io.slim.require=true"), "true");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.stderr()).contains("slim: the container is not started", "not those of a rootless Podman");
    }

    /** Root has put it on the overlay, and vouches for its address: then secure mode serves it as any other. */
    @Test
    void rootRegistersOne() throws Exception {
        lab.second().start("server", lab.place(2), "iperf3", "-s");
        Path shim;
        try (Stream<Path> files = Files.walk(lab.first().installed("lib"))) {
            shim = files.filter(file -> file.getFileName().toString().equals("libslim.so"))
                    .findFirst()
                    .orElseThrow();
        }
        run(
                        List.of(
                                "-d",
                                "--name=mine",
                                "-v",
                                lab.first().state() + ":/run/slim:ro",
                                "-v",
                                shim + ":/libslim.so:ro",
                                "-e",
                                "LD_PRELOAD=/libslim.so",
                                "-e",
                                "SLIM_PREFIX=10.32.0.0/12",
                                "-e",
                                "SLIM_WAIT_MS=5000"),
                        "sleep",
                        "1000")
                .orThrow();
        String pid = podman("inspect", "-f", "{{.State.Pid}}", "mine")
                .orThrow()
                .stdout()
                .strip();
        plugIn(lab.place(3), pid);
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        podman("exec", "mine", "sh", "-c", CLIENT).orThrow();
        overlay.assertUsed();
        lab.first()
                .slimCommand("register", "mine", "--netns=/proc/" + pid + "/ns/net", "--address=10.32.0.3")
                .orThrow();
        lab.awaitHostPath("what root has registered", () -> podman("exec", "mine", "sh", "-c", CLIENT));
        podman("rm", "-f", "-t", "0", "mine").orThrow();
    }

    private static void plugIn(Container place, String pid) {
        place.exec("ip", "link", "set", "eth0", "netns", pid).orThrow();
        for (List<String> change : List.of(
                List.of("addr", "add", place.address() + "/12", "dev", "eth0"), List.of("link", "set", "eth0", "up"))) {
            List<String> line = new ArrayList<>(List.of("nsenter", "--net=/proc/" + pid + "/ns/net", "ip"));
            line.addAll(change);
            lab.first().host().exec(line.toArray(String[]::new)).orThrow();
        }
    }
}
