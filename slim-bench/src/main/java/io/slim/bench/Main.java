package io.slim.bench;

import io.slim.testbed.TestBedException;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;

/** The program behind {@code ./slim bench}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        AtomicBoolean interrupted = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted.set(true), "note-interruption"));
        int exitCode = new CommandLine(new BenchCommand(interrupted::get))
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
        return CommandLine.ExitCode.SOFTWARE;
    }
}
