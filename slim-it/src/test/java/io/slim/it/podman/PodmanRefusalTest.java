package io.slim.it.podman;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.Finished;
import io.slim.testbed.junit.RequiresHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with Slim, the container runs as without it, and somebody is told why; unless it demands Slim. */
@RequiresHost(
        programs = {"podman", "runc", "conmon", "setpriv"},
        slim = true)
class PodmanRefusalTest {

    private static final List<String> NOTHING = List.of();
    private static final List<String> REQUIRED = List.of("--annotation=io.slim.require=true");

    @RegisterExtension
    static final PodmanLab lab = new PodmanLab("secure");

    private static PodmanHost host() {
        return lab.first();
    }

    @BeforeEach
    void startRouter() {
        host().configure("resolver: static:" + lab.bed().resolverFile());
        host().awaitRouter(lab.place(1));
    }

    private static void assertRunsWithout(List<String> options, String reason, String... command) {
        Finished without = host().once(lab.place(1), options, command).orThrow();
        assertThat(without.stderr())
                .startsWith("slim: the container runs without Slim: ")
                .contains(reason);
        List<String> required = new ArrayList<>(options);
        required.addAll(REQUIRED);
        Finished refused = host().once(lab.place(1), required, command);
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.stderr())
                .contains("slim: the container is not started")
                .contains(reason);
    }

    @Test
    void theHostsNetwork() {
        assertRunsWithout(List.of("--network=host"), "it uses the host's network", "true");
    }

    @Test
    void aStaticProgram() {
        assertRunsWithout(
                NOTHING, "is static", host().installed("libexec/slim/slim-hook").toString(), "created");
    }

    @Test
    void aMountInTheWay() {
        assertRunsWithout(List.of("-v", "/tmp:/run/slim:ro"), "/tmp is mounted at /run/slim", "true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.slim.prefix=10.32.0.1",
                "io.slim.rate=fast",
                "io.slim.mode=non-secure",
                "io.slim.prefx=10.0.0.0/8"
            })
    void wrongAnnotations(String annotation) {
        assertRunsWithout(
                List.of("--annotation=" + annotation),
                annotation.substring(0, annotation.indexOf('=')).replace("io.slim.prefix", "prefix"),
                "true");
    }

    /** With a socket of the host it could change the host's network; see the router's Withholding. */
    @Test
    void aContainerThatCouldChangeTheHostsNetwork() {
        String reason = "it holds or can gain CAP_NET_ADMIN";
        Finished told = host().once(lab.place(1), List.of("--cap-add=NET_ADMIN"), "true")
                .orThrow();
        assertThat(told.stderr()).startsWith("slim: the container stays on the overlay: " + reason);
        host().start("capable", lab.place(1), List.of("--cap-add=NET_ADMIN"), "sleep", "1000");
        try {
            assertThat(host().router()
                            .status()
                            .path("containers")
                            .path(0)
                            .path("withheld")
                            .asText())
                    .isEqualTo(reason);
        } finally {
            host().remove("capable");
        }
        Finished refused =
                host().once(lab.place(1), List.of("--cap-add=NET_ADMIN", "--annotation=io.slim.require=true"), "true");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.stderr()).contains("slim: the container is not started", reason);
    }

    @Test
    void noAnnotationNoSlim() {
        Finished without = host().once(
                        lab.place(1), List.of("--annotation=io.slim.enable=false"), "cat", "/proc/self/mountinfo")
                .orThrow();
        assertThat(without.stdout()).doesNotContain(" /run/slim ");
        assertThat(without.stderr()).doesNotContain("slim:");
    }

    @Test
    void aRouterThatCannotStart() {
        host().router().kill();
        host().configure("resolver: nonsense");
        assertRunsWithout(
                NOTHING, "is not ready after 1500 ms; see " + host().state().resolve("router.log"), "true");
        assertThat(host().router().log()).contains("resolver: nonsense");
    }

    @Test
    void noLauncher() throws Exception {
        host().router().kill();
        Path launcher = host().installed("libexec/slim/slim-podman-hook");
        Path away = launcher.resolveSibling("away");
        Files.move(launcher, away);
        try {
            assertRunsWithout(NOTHING, launcher + ": No such file", "true");
        } finally {
            Files.move(away, launcher);
        }
    }

    /** Podman itself passes over a hook that is not there. Another one, whose program is the shell, misses it where Slim is required. */
    @Test
    void noHook() throws Exception {
        Path front = host().installed("libexec/slim/slim-hook");
        Path away = front.resolveSibling("away");
        Files.move(front, away);
        try {
            assertThat(host().once(lab.place(1), NOTHING, "cat", "/proc/self/mountinfo")
                            .orThrow()
                            .stdout())
                    .doesNotContain(" /run/slim ");
            Finished refused = host().once(lab.place(1), REQUIRED, "true");
            assertThat(refused.exitCode()).isNotZero();
            assertThat(refused.stderr()).contains("slim: the container is not started", front + " is missing");
        } finally {
            Files.move(away, front, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Finished front(Path input) {
        return front(input, "");
    }

    private Finished front(Path input, String before) {
        return host().host()
                .exec(
                        "sh",
                        "-c",
                        "exec " + before + " \"$0\" precreate --state-dir \"$1\" <\"$2\" >\"$2.out\"",
                        host().installed("libexec/slim/slim-hook").toString(),
                        host().state().toString(),
                        input.toString());
    }

    @Test
    void garbageComesOutAsItWentIn() throws Exception {
        byte[] noise = new byte[100_000];
        new Random(1).nextBytes(noise);
        for (byte[] garbage : List.of(new byte[0], "{".getBytes(StandardCharsets.UTF_8), noise, new byte[17 << 20])) {
            Path file = Files.write(lab.directory().resolve("garbage"), garbage);
            Finished passed = front(file).orThrow();
            assertThat(Files.mismatch(file, Path.of(file + ".out"))).isEqualTo(-1);
            assertThat(passed.stderr()).contains("runs without Slim");
        }
        assertThat(host().router().pid()).isPresent();
    }

    /** A rootless Podman's hook has the user's rights. */
    @Test
    void theSocketIsNotForOtherUsers() throws Exception {
        Path file = Files.writeString(lab.directory().resolve("other"), "{}");
        Finished passed = front(file, "setpriv --reuid=65534 --clear-groups").orThrow();
        assertThat(Path.of(file + ".out")).hasContent("{}");
        assertThat(passed.stderr())
                .contains("the router serves root's containers")
                .contains("Permission denied");
    }

    @Test
    void tenMegabytesAreEdited() throws Exception {
        String config = "{\"process\":{\"args\":[\"true\"],\"env\":[\"BIG=" + "x".repeat(10 << 20)
                + "\"]},\"annotations\":{\"io.slim.enable\":\"true\"},\"linux\":{\"cgroupsPath\":\"/" + "f".repeat(64)
                + "\",\"namespaces\":[{\"type\":\"network\"}]}}";
        Path file = Files.writeString(lab.directory().resolve("big"), config);
        Finished edited = front(file).orThrow();
        assertThat(edited.stderr()).isEmpty();
        assertThat(Files.size(Path.of(file + ".out"))).isGreaterThan(config.length() + 200L);
        assertThat(Files.readString(Path.of(file + ".out"))).contains("\"LD_PRELOAD=/run/slim-lib/libslim.so\"");
    }

    @Test
    void uninstallingLeavesNothing() throws Exception {
        PodmanHost second = lab.second();
        second.slim("uninstall").orThrow();
        try (Stream<Path> files = Files.walk(second.installed("."))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString())
                            .filter(name -> !name.endsWith(".yaml")))
                    .isEmpty();
        }
    }
}
