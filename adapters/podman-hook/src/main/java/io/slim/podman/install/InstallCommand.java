package io.slim.podman.install;

import io.slim.oci.install.Installation;
import io.slim.oci.install.RouterJava;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code slim-podman-hook install}: writes the hooks, the launcher, and a piece of Podman's configuration. */
@Command(
        name = "install",
        description = "Makes Podman call Slim for containers that ask for it. Again: brings it up to date.",
        mixinStandardHelpOptions = true)
public final class InstallCommand implements Callable<Integer> {

    private static final int ARCHIVE_SECONDS = 60;

    @Mixin
    private Places places = new Places();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings of the router (/etc/slim/podman.yaml, else /etc/slim/router.yaml, when it starts).")
    private Path config;

    @Option(
            names = "--no-archive",
            description = "Without an archive of the router's classes: routers take twice as long to start.")
    private boolean noArchive;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Installation installation = new Installation(this::say);
        Texts texts = new Texts(places);
        installation.program(places.front(), front());
        installation.file(places.stateNote(), places.stateDirectory() + "\n");
        installation.link(places.runtime(), places.front().getFileName());
        installation.program(
                places.launcher(), texts.launcher(RouterJava.command(), RouterJava.classPath(), settings()));
        installation.file(places.precreateHook(), texts.precreateHook());
        installation.file(places.poststopHook(), texts.poststopHook());
        installation.file(places.requireHook(), texts.requireHook());
        installation.file(places.snippet(), texts.snippet());
        if (places.hasUnit()) {
            installation.file(places.unit(), texts.unit());
        }
        if (!noArchive) {
            archive();
        }
        say("installed: podman run --annotation io.slim.enable=true ...");
        if (places.hasUnit()) {
            say("to start the router now and at every boot: systemctl daemon-reload && systemctl enable --now"
                    + " slim-podman-hook");
        }
        return 0;
    }

    private void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }

    private static byte[] front() throws IOException {
        String name = System.getProperty("os.arch");
        String architecture = name.equals("amd64") ? "x86_64" : name;
        String resource = "META-INF/native/linux-" + architecture + "/slim-hook";
        ClassLoader loader = Objects.requireNonNull(InstallCommand.class.getClassLoader());
        try (InputStream in = loader.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(
                        "no hook for this architecture: " + architecture + " (expected: x86_64 or aarch64)");
            }
            return in.readAllBytes();
        }
    }

    private Map<String, String> settings() {
        String state = places.stateDirectory().toString();
        return config == null
                ? Map.of("SLIM_ROUTER_STATE_DIR", state)
                : Map.of(
                        "SLIM_ROUTER_STATE_DIR",
                        state,
                        "SLIM_ROUTER_CONFIG",
                        config.toAbsolutePath().toString());
    }

    /** A router without it works as well; so whatever fails here is said, and no more. */
    private void archive() throws IOException, InterruptedException {
        Files.deleteIfExists(places.archive());
        Path scratch = Files.createTempDirectory("slim-archive");
        try {
            List<String> command = new ArrayList<>(
                    List.of("unshare", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "rehearse"));
            command.addAll(RouterJava.command());
            command.add("-XX:ArchiveClassesAtExit=" + places.archive());
            command.addAll(
                    List.of("-cp", RouterJava.classPath(), "io.slim.podman.Main", "rehearse", scratch.toString()));
            Path log = scratch.resolve("log");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(ARCHIVE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            if (process.waitFor() == 0 && Files.exists(places.archive())) {
                say(places.archive().toString());
            } else {
                say("no archive of the router's classes, it will take longer to start: "
                        + Files.readString(log).strip());
            }
        } catch (IOException e) {
            say("no archive of the router's classes, it will take longer to start: " + e.getMessage());
        } finally {
            Scratch.remove(scratch);
        }
    }
}
