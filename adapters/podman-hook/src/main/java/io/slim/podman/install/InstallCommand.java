package io.slim.podman.install;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
    private static final Pattern SPACE = Pattern.compile(" +");

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
        Texts texts = new Texts(places);
        writeProgram(places.front(), front());
        write(places.stateNote(), places.stateDirectory() + "\n");
        link(places.runtime(), places.front().getFileName());
        writeProgram(
                places.launcher(),
                texts.launcher(java(), classPath(), settings()).getBytes(StandardCharsets.UTF_8));
        write(places.precreateHook(), texts.precreateHook());
        write(places.poststopHook(), texts.poststopHook());
        write(places.requireHook(), texts.requireHook());
        write(places.snippet(), texts.snippet());
        if (places.hasUnit()) {
            write(places.unit(), texts.unit());
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

    private void write(Path file, String text) throws IOException {
        put(file, text.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
    }

    private void writeProgram(Path file, byte[] content) throws IOException {
        put(file, content, "rwxr-xr-x");
    }

    /** In one step, so that a container that starts meanwhile meets the old one or the new one. */
    private void put(Path file, byte[] content, String permissions) throws IOException {
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.write(fresh, content);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        say(file.toString());
    }

    private void link(Path file, Path target) throws IOException {
        Files.deleteIfExists(file);
        Files.createSymbolicLink(file, target);
        say(file.toString());
    }

    /** What runs this command is what will run the router. */
    private static List<String> java() {
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Stream.of(SPACE.split(System.getProperty("slim.router.options", "")))
                .filter(option -> !option.isEmpty())
                .forEach(java::add);
        return java;
    }

    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .reduce((one, other) -> one + File.pathSeparator + other)
                .orElseThrow();
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
            command.addAll(java());
            command.add("-XX:ArchiveClassesAtExit=" + places.archive());
            command.addAll(List.of("-cp", classPath(), "io.slim.podman.Main", "rehearse", scratch.toString()));
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
