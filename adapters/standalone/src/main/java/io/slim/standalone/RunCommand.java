package io.slim.standalone;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.shim.ShimInstaller;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slim run}: becomes a program that has the shim. */
@Command(
        name = "run",
        description = "Runs a program whose connections over the overlay go past it.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    @Option(
            names = "--prefix",
            paramLabel = "CIDR[,CIDR]",
            description = "Addresses that are overlay (the shim's default, or SLIM_PREFIX).")
    private String prefix;

    @Option(names = "--socket", paramLabel = "PATH", description = "The router's socket (/run/slim/slim.sock).")
    private Path socket;

    @Option(names = "--lib-dir", paramLabel = "DIR", description = "Where the shim is installed (/var/lib/slim).")
    private Path libraryDirectory = Path.of("/var/lib/slim");

    @Option(names = "--log", paramLabel = "FILE", description = "Where the shim writes its log (nowhere).")
    private Path log;

    @Parameters(paramLabel = "CMD", arity = "0..*", description = "The program and its arguments, after --.")
    private List<String> program;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (program == null || program.isEmpty()) {
            throw new ConfigurationException(
                    List.of(new ConfigurationProblem("CMD", "", "a program and its arguments, after --")));
        }
        Map<String, String> environment = new TreeMap<>(System.getenv());
        Path shim = ShimInstaller.install(libraryDirectory.toAbsolutePath());
        String preloaded = environment.getOrDefault("LD_PRELOAD", "");
        environment.put("LD_PRELOAD", preloaded.isEmpty() ? shim.toString() : shim + ":" + preloaded);
        if (prefix != null) {
            environment.put("SLIM_PREFIX", prefix);
        }
        if (socket != null) {
            environment.put("SLIM_SOCKET", socket.toAbsolutePath().toString());
        }
        if (log != null) {
            environment.put("SLIM_LOG", log.toAbsolutePath().toString());
        }
        warnIfNoRouter(Path.of(environment.getOrDefault("SLIM_SOCKET", "/run/slim/slim.sock")));
        throw Exec.replaceProcess(program, environment);
    }

    private void warnIfNoRouter(Path at) {
        RouterProbe.problem(at).ifPresent(problem -> {
            PrintWriter err = spec.commandLine().getErr();
            err.println("slim: no router at " + at + " (" + problem + "); connections take the overlay");
            err.flush();
        });
    }
}
