package io.slim.nri;

import io.slim.api.ConfigurationException;
import io.slim.command.FailureText;
import io.slim.nri.install.InstallCommand;
import io.slim.nri.install.UninstallCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code slim-nri}. Exit codes: 0 well, 1 it could not be done, 2 wrong use. */
@Command(
        name = "slim-nri",
        description = "Pods of containerd and CRI-O on Slim.",
        mixinStandardHelpOptions = true,
        subcommands = {PluginCommand.class, InstallCommand.class, UninstallCommand.class})
public final class Main {

    private Main() {}

    /** Runs a command and ends the process. */
    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((failure, at, parsed) -> {
            at.getErr().println("slim-nri: " + FailureText.of(failure));
            at.getErr().flush();
            return failure instanceof ConfigurationException
                    ? CommandLine.ExitCode.USAGE
                    : CommandLine.ExitCode.SOFTWARE;
        });
        System.exit(line.execute(arguments));
    }
}
