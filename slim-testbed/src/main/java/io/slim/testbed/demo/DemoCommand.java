package io.slim.testbed.demo;

import io.slim.testbed.RouterResolver;
import io.slim.testbed.TestBed;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes two hosts with a container each, measures all ways between them in turn, and prints one table. */
@Command(
        name = "demo",
        description = "Measures host, overlay and Slim between two hosts. Exit code 1 if Slim was not used.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures to FILE.")
    private Path json;

    @Option(
            names = "--seconds",
            defaultValue = "2",
            description = "Length of one throughput measurement, 1 ... 60 (default: 2).")
    private int seconds;

    @Option(names = "--rounds", defaultValue = "7", description = "How often all is measured, 3 ... 100 (default: 7).")
    private int rounds;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "secure",
            description = "The routers' mode, secure or non-secure (default: secure).")
    private String mode;

    @Option(
            names = "--resolver",
            paramLabel = "RESOLVER",
            description = "What the routers ask, kernel: say (default: static, with a file made for it).")
    private String resolver;

    @Override
    public Integer call() {
        if (seconds < 1 || seconds > 60 || rounds < 3 || rounds > 100) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--seconds: " + seconds + " (expected: 1 ... 60), --rounds: " + rounds + " (expected: 3 ... 100)");
        }
        Progress progress = new Progress(System.err, Boolean.getBoolean("slim.terminal"));
        progress.show("making two hosts with a container each");
        try (TestBed bed =
                TestBed.builder().name("demo-" + ProcessHandle.current().pid()).build()) {
            Report report = new Demo(bed, progress, mode, rounds, seconds, RouterResolver.options(resolver)).run();
            progress.clear();
            report.print(spec.commandLine().getOut());
            if (json != null) {
                report.writeJson(json);
            }
            return report.overlayWasQuiet() ? 0 : 1;
        } finally {
            progress.clear();
        }
    }
}
