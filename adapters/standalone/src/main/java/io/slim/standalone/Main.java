package io.slim.standalone;

import io.slim.api.ConfigurationException;
import io.slim.command.FailureText;
import io.slim.router.settings.RouterSettings;
import io.slim.standalone.status.RegisterCommand;
import io.slim.standalone.status.RevokeCommand;
import io.slim.standalone.status.StatusCommand;
import io.slim.standalone.status.UnregisterCommand;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code slim}. Exit codes: 0 well, 1 it could not be done, 2 wrong use. */
@Command(
        name = "slim",
        description = "Containers on an overlay network at the speed of the host network.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {RunCommand.class, ShimCommand.class})
public final class Main {

    private Main() {}

    /** Runs a command and ends the process. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main())
                .addSubcommand(RouterCommand.line())
                .addSubcommand(DoctorCommand.line())
                .addSubcommand(new StatusCommand(Main::configuredStateDirectory))
                .addSubcommand(new RegisterCommand(Main::configuredStateDirectory))
                .addSubcommand(new UnregisterCommand(Main::configuredStateDirectory))
                .addSubcommand(new RevokeCommand(Main::configuredStateDirectory));
        line.setExecutionExceptionHandler((failure, at, parsed) -> {
            at.getErr().println(at.getColorScheme().errorText(FailureText.of(failure)));
            return failure instanceof ConfigurationException
                    ? CommandLine.ExitCode.USAGE
                    : CommandLine.ExitCode.SOFTWARE;
        });
        return line;
    }

    private static Path configuredStateDirectory() {
        return RouterConfiguration.ofThisHost().settings().require(RouterSettings.STATE_DIRECTORY);
    }
}
