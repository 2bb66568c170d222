package io.slim.podman.install;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code slim-podman-hook uninstall}: removes what install has written. Containers that run keep what they have. */
@Command(
        name = "uninstall",
        description =
                "Removes what install has written. Containers that run keep Slim; the router runs on until it is told to stop.",
        mixinStandardHelpOptions = true)
public final class UninstallCommand implements Callable<Integer> {

    @Mixin
    private Places places = new Places();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        // First what makes Podman call.
        remove(List.of(
                places.snippet(),
                places.precreateHook(),
                places.poststopHook(),
                places.requireHook(),
                places.unit(),
                places.runtime(),
                places.launcher(),
                places.archive(),
                places.stateNote(),
                places.front()));
        removeIfEmpty(places.hooksDirectory());
        removeIfEmpty(places.front().getParent());
        return 0;
    }

    private void remove(List<Path> files) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        for (Path file : files) {
            if (Files.deleteIfExists(file)) {
                out.println("removed " + file);
            }
        }
        out.flush();
    }

    private static void removeIfEmpty(Path directory) throws IOException {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            // Somebody else's files are there.
        }
    }
}
