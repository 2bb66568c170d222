package io.slim.testbed;

import io.slim.testbed.demo.DemoCommand;
import io.slim.testbed.lab.LabCommand;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line behind {@code ./slim lab} and {@code ./slim demo}. */
@Command(
        name = "slim",
        subcommands = {LabCommand.class, DemoCommand.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "lab|demo")
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        AtomicBoolean interrupted = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted.set(true), "note-interruption"));
        int exitCode = new CommandLine(new Main())
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    // What fails then fails because everything is being taken down.
                    return interrupted.get() ? CommandLine.ExitCode.SOFTWARE : explain(e, command);
                })
                .execute(arguments);
        System.exit(exitCode);
    }

    /** What the test-bed says needs no stack trace; everything else is a defect and does. */
    private static int explain(Exception e, CommandLine command) throws Exception {
        if (!(e instanceof TestBedException)) {
            throw e;
        }
        command.getErr().println("slim: " + e.getMessage());
        if (e.getCause() != null) {
            command.getErr().println("  " + e.getCause());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
