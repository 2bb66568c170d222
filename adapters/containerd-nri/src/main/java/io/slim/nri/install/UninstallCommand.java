package io.slim.nri.install;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code slim-nri uninstall}: removes what install has written. Pods that run keep what they have. */
@Command(
        name = "uninstall",
        description = "Removes what install has written. Pods that run keep Slim; stop the service first.",
        mixinStandardHelpOptions = true)
public final class UninstallCommand implements Callable<Integer> {

    @Mixin
    private Places places = new Places();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        // First what makes others call.
        List<Path> files = new ArrayList<>();
        places.launched().ifPresent(files::add);
        files.add(places.unit());
        files.add(places.launcher());
        PrintWriter out = spec.commandLine().getOut();
        for (Path file : files) {
            if (Files.deleteIfExists(file)) {
                out.println("removed " + file);
            }
        }
        out.flush();
        return 0;
    }
}
