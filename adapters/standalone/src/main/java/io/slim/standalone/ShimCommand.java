package io.slim.standalone;

import io.slim.shim.ShimInstaller;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code slim shim}: installs the shim and prints its path, for containers that are started by hand. */
@Command(
        name = "shim",
        description = "Installs the shim, if it is not there yet, and prints its path: the value for LD_PRELOAD.",
        mixinStandardHelpOptions = true)
final class ShimCommand implements Callable<Integer> {

    @Option(names = "--lib-dir", paramLabel = "DIR", description = "Where the shim is installed (/var/lib/slim).")
    private Path libraryDirectory = Path.of("/var/lib/slim");

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(ShimInstaller.install(libraryDirectory.toAbsolutePath()));
        out.flush();
        return 0;
    }
}
