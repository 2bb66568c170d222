package io.slim.standalone.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.api.RouterException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that has the running router of this host do something. */
abstract class AdminCommand implements Callable<Integer> {

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "The router's state directory (as configured, else /run/slim/state).")
    private Path stateDirectory;

    @Spec
    private CommandSpec spec;

    private final Supplier<Path> configured;

    AdminCommand(Supplier<Path> configured) {
        this.configured = configured;
    }

    /** Has it done; says how that ended. */
    @Override
    public abstract Integer call() throws IOException;

    /** Asks the router; {@code parameters} are names and values in turn, of which those without a value are left out. */
    final JsonNode post(String path, List<String> parameters) throws IOException {
        StringBuilder target = new StringBuilder(path);
        char separator = '?';
        for (int i = 0; i < parameters.size(); i += 2) {
            if (parameters.get(i + 1) != null) {
                target.append(separator).append(parameters.get(i)).append('=');
                target.append(URLEncoder.encode(parameters.get(i + 1), StandardCharsets.UTF_8));
                separator = '&';
            }
        }
        Path socket =
                (stateDirectory == null ? configured.get() : stateDirectory.toAbsolutePath()).resolve("admin.sock");
        try {
            return new ObjectMapper().readTree(AdminClient.post(socket, target.toString()));
        } catch (AdminClient.RefusedException e) {
            throw new RouterException(e.getMessage(), e);
        } catch (IOException e) {
            throw new RouterException(
                    "no router answers at " + socket + " (" + e.getMessage()
                            + "); is one running, as root, with this --state-dir?",
                    e);
        }
    }

    final void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }
}
