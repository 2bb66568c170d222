package io.slim.standalone.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code slim revoke}: ends connections past the overlay, and the rights they were made with. */
@Command(
        name = "revoke",
        description =
                "Takes grants back and ends the connections that were made with them, in secure mode. What fits all that is"
                        + " given is meant. New connections are decided anew: change the policy first if they shall not be.",
        mixinStandardHelpOptions = true)
public final class RevokeCommand extends AdminCommand {

    @Option(
            names = "--container",
            paramLabel = "ID",
            description = "A container of this host that connects or listens.")
    private String container;

    @Option(names = "--peer", paramLabel = "ADDRESS", description = "The other host.")
    private InetAddress peer;

    @Option(names = "--client", paramLabel = "ADDRESS", description = "The overlay address that connects.")
    private InetAddress client;

    @Option(names = "--destination", paramLabel = "ADDRESS", description = "The overlay address that is connected to.")
    private InetAddress destination;

    @Option(names = "--port", paramLabel = "PORT", description = "The port that is connected to.")
    private Integer port;

    @Option(names = "--all", description = "All of them.")
    private boolean all;

    @Spec
    private CommandSpec spec;

    /** For a host whose router is configured to have that state directory. */
    public RevokeCommand(Supplier<Path> configured) {
        super(configured);
    }

    @Override
    public Integer call() throws IOException {
        boolean given = container != null || peer != null || client != null || destination != null || port != null;
        if (given == all) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "what is to be revoked: name it, or give --all, not both");
        }
        JsonNode done = post(
                "/revoke",
                Arrays.asList(
                        "container",
                        container,
                        "peer",
                        text(peer),
                        "client",
                        text(client),
                        "destination",
                        text(destination),
                        "port",
                        port == null ? null : port.toString(),
                        "all",
                        all ? "yes" : null));
        say("revoked " + done.path("grants").asLong() + " grants given and "
                + done.path("ways").asLong() + " received");
        return 0;
    }

    private static @Nullable String text(@Nullable InetAddress address) {
        return address == null ? null : address.getHostAddress();
    }
}
