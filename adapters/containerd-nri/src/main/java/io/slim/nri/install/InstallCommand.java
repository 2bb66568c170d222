package io.slim.nri.install;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code slim-nri install}: writes the launcher, and a unit, or what a runtime launches. */
@Command(
        name = "install",
        description = "Puts the plug-in on this node, as a service. Again: brings it up to date.",
        mixinStandardHelpOptions = true)
public final class InstallCommand implements Callable<Integer> {

    private static final Pattern SPACE = Pattern.compile(" +");

    @Mixin
    private Places places = new Places();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Settings of the router (/etc/slim/containerd.yaml, else /etc/slim/router.yaml, when it starts).")
    private @Nullable Path config;

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "Where a plug-in that the runtime launches logs (/var/log/slim-nri.log).")
    private Path log = Path.of("/var/log/slim-nri.log");

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Optional<Path> settings = Optional.ofNullable(config).map(Path::toAbsolutePath);
        put(places.launcher(), Texts.launcher(java(), classPath(), settings, log.toAbsolutePath()), "rwxr-xr-x");
        if (places.launched().isPresent()) {
            link(places.launched().get(), places.launcher());
            say("installed: the runtime launches it when it is started the next time");
        } else {
            put(places.unit(), Texts.unit(places.launcher()), "rw-r--r--");
            say("installed; now: systemctl daemon-reload && systemctl enable --now slim-nri");
        }
        return 0;
    }

    private void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }

    /** In one step, so that whoever starts it meanwhile meets the old one or the new one. */
    private void put(Path file, String text, String permissions) throws IOException {
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.writeString(fresh, text);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        say(file.toString());
    }

    private void link(Path file, Path target) throws IOException {
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createSymbolicLink(file, target);
        say(file.toString());
    }

    /** What runs this command is what will run the plug-in. */
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
                .collect(Collectors.joining(File.pathSeparator));
    }
}
