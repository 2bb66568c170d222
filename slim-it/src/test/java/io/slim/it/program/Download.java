package io.slim.it.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs that no Debian package has, from their language's registry, by its own client. Downloaded once, into this module's target directory. */
public final class Download {
    private Download() {}

    /** The directory with the jars that a Maven project needs at run time. */
    static Path jars(String name, Path pom) throws IOException, InterruptedException {
        String copy = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies";
        return once(
                name, "-DoutputDirectory=", "mvn", "-B", "-q", "-ntp", "-f", "" + pom, copy, "-DincludeScope=runtime");
    }

    /** A directory for PYTHONPATH with a package. */
    public static Path pythonPackage(String requirement) throws IOException, InterruptedException {
        return once(
                requirement.replaceAll("[^A-Za-z0-9.]+", "-"),
                "--target=",
                "python3",
                "-m",
                "pip",
                "install",
                "-q",
                requirement);
    }

    /** What a command makes of sources, in the directory that it gets as its last argument. */
    static Path built(String name, String... command) throws IOException, InterruptedException {
        return once(name, "", command);
    }

    /** The last argument of the command is the option with the directory. */
    private static Path once(String name, String option, String... command) throws IOException, InterruptedException {
        Path directory = Path.of("target", "programs", name).toAbsolutePath();
        if (Files.exists(directory)) {
            return directory;
        }
        Files.createDirectories(directory.getParent());
        // What was cut short must not be taken for whole.
        Path unfinished = Files.createTempDirectory(directory.getParent(), name);
        List<String> line = new ArrayList<>(List.of(command));
        line.add(option + unfinished);
        Path log = directory.resolveSibling(name + ".log");
        int exitCode = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (exitCode != 0) {
            throw new IOException(
                    String.join(" ", line) + " ended with exit code " + exitCode + "\n" + Files.readString(log));
        }
        return Files.move(unfinished, directory);
    }
}
