package io.slim.standalone.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.api.RouterException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code slim status}: what the router of this host is doing. */
@Command(
        name = "status",
        description = "Shows what the router of this host is doing, and why connections take the overlay.",
        mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {

    private static final String CLEAR_SCREEN = "\033[H\033[2J";
    private static final long PAUSE_SECONDS = 2;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "The router's state directory (as configured, else /run/slim/state).")
    private Path stateDirectory;

    @Option(names = "--json", description = "Prints JSON, as docs/operation.md describes it.")
    private boolean json;

    @Option(names = "--watch", description = "Shows it again every two seconds, until interrupted.")
    private boolean watch;

    @Spec
    private CommandSpec spec;

    private final Supplier<Path> configured;

    /** For a host whose router is configured to have that state directory. */
    public StatusCommand(Supplier<Path> configured) {
        this.configured = configured;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path socket =
                (stateDirectory == null ? configured.get() : stateDirectory.toAbsolutePath()).resolve("admin.sock");
        do {
            String answer = ask(socket);
            String text = json ? answer : StatusText.of(new ObjectMapper().readTree(answer));
            PrintWriter out = spec.commandLine().getOut();
            out.println((watch && !json ? CLEAR_SCREEN : "") + text.stripTrailing());
            out.flush();
            if (watch) {
                TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
            }
        } while (watch);
        return 0;
    }

    private static String ask(Path socket) {
        try {
            return AdminClient.get(socket, "/status");
        } catch (IOException e) {
            throw new RouterException(
                    "no router answers at " + socket + " (" + e.getMessage()
                            + "); is one running, as root, with this --state-dir?",
                    e);
        }
    }
}
