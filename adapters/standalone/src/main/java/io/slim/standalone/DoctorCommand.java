package io.slim.standalone;

import io.slim.standalone.doctor.Examination;
import io.slim.standalone.doctor.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slim doctor}: whether a router with these options can run here, and what to do if not. */
@Command(
        name = "doctor",
        description = "Checks whether a router with these options can run here, and says what to do if not.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "HOST-IP", description = "This host's address in the underlay.")
    private String host;

    @Option(names = "--config", paramLabel = "FILE", description = "As for slim router.")
    private Path file;

    @Option(
            names = "--peer",
            paramLabel = "HOST-IP",
            description = "Another host, whose router must be reached; may be repeated.")
    private List<InetAddress> others = List.of();

    @Option(names = "--lib-dir", paramLabel = "DIR", description = "Where the shim is installed (/var/lib/slim).")
    private Path libraryDirectory = Path.of("/var/lib/slim");

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** The command with the flags of {@code slim router}. */
    static CommandLine line() {
        CommandLine line = new CommandLine(new DoctorCommand());
        SettingFlags.offer(line.getCommandSpec(), RouterConfiguration.declared());
        return line;
    }

    @Override
    public Integer call() throws IOException {
        RouterConfiguration configuration =
                new RouterConfiguration(file, host, spec.commandLine().getParseResult(), System.getenv());
        LogSettings.quiet();
        Report report = new Examination(
                        configuration.settings(),
                        () -> configuration.open().close(),
                        RouterProbe::problem,
                        libraryDirectory.toAbsolutePath(),
                        others)
                .run();
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? report.json() : report.text());
        out.flush();
        return report.isGood() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
