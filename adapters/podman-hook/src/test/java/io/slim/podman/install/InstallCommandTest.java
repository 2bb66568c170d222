package io.slim.podman.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InstallCommandTest {

    @TempDir
    private Path directory;

    private String run(Object command, String... more) {
        List<String> options = new ArrayList<>(List.of(
                "--prefix=" + directory.resolve("it's/usr"),
                "--containers-conf=" + directory.resolve("conf.d"),
                "--unit-dir=" + directory.resolve("units"),
                "--state-dir=" + directory.resolve("state")));
        options.addAll(List.of(more));
        StringWriter out = new StringWriter();
        int exitCode = new CommandLine(command).setOut(new PrintWriter(out)).execute(options.toArray(String[]::new));
        assertThat(exitCode).as(out.toString()).isZero();
        return out.toString();
    }

    private Path file(String name) {
        return directory.resolve("it's/usr").resolve(name);
    }

    @Test
    void writesWhatPodmanReadsAndRemovesIt() throws Exception {
        run(new InstallCommand(), "--no-archive", "--systemd", "--config=" + directory.resolve("router.yaml"));
        JsonNode precreate = new ObjectMapper()
                .readTree(file("share/slim/hooks.d/slim-precreate.json").toFile());
        assertThat(precreate.at("/hook/path").asText())
                .isEqualTo(file("libexec/slim/slim-hook").toString());
        assertThat(precreate.at("/stages/0").asText()).isEqualTo("precreate");
        assertThat("io.slim.enable")
                .matches(precreate.at("/when/annotations").fieldNames().next());
        assertThat(Files.isExecutable(file("libexec/slim/slim-hook"))).isTrue();
        assertThat(Files.isSameFile(file("libexec/slim/slim-runc"), file("libexec/slim/slim-hook")))
                .isTrue();
        assertThat(directory.resolve("conf.d/slim.conf"))
                .content()
                .contains(file("share/slim/hooks.d").toString());
        assertThat(directory.resolve("units/slim-podman-hook.service"))
                .content()
                .contains("ExecStart=" + file("libexec/slim/slim-podman-hook") + " router");
        Path launcher = file("libexec/slim/slim-podman-hook");
        assertThat(new ProcessBuilder("sh", "-n", launcher.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        run(new InstallCommand(), "--no-archive");
        run(new UninstallCommand());
        try (Stream<Path> left = Files.walk(directory)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void theLauncherStartsOneRouterAtATime() throws Exception {
        run(new InstallCommand(), "--no-archive");
        String launcher = file("libexec/slim/slim-podman-hook").toString();
        Process first = new ProcessBuilder(
                        "flock",
                        "-n",
                        Files.createDirectories(directory.resolve("state"))
                                .resolve("hook.lock")
                                .toString(),
                        "sh",
                        launcher,
                        "router")
                .redirectErrorStream(true)
                .start();
        String said = new String(first.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(first.waitFor()).isEqualTo(1);
        assertThat(said).contains("a router is running, or being started, already");
    }
}
