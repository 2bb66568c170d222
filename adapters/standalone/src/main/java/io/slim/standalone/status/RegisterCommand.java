package io.slim.standalone.status;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code slim register}: tells the running router of a container. */
@Command(
        name = "register",
        description =
                "Registers a container with the router of this host. It stays registered when the router is started anew, for"
                        + " as long as its network namespace is there.",
        mixinStandardHelpOptions = true)
public final class RegisterCommand extends AdminCommand {

    @Parameters(paramLabel = "ID", description = "The container's name: letters, digits, _ . -")
    private String id;

    @Option(
            names = "--netns",
            paramLabel = "PATH",
            required = true,
            description = "Its network namespace, such as /run/netns/blue or /proc/4711/ns/net.")
    private Path namespace;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "An overlay address that it has; may be repeated. Must be given in secure mode.")
    private List<InetAddress> addresses = new ArrayList<>();

    /** For a host whose router is configured to have that state directory. */
    public RegisterCommand(Supplier<Path> configured) {
        super(configured);
    }

    @Override
    public Integer call() throws IOException {
        List<String> parameters = new ArrayList<>(
                List.of("id", id, "netns", namespace.toAbsolutePath().toString()));
        addresses.forEach(address -> parameters.addAll(List.of("address", address.getHostAddress())));
        say("registered " + id + "; mount "
                + post("/register", parameters).path("socket_directory").asText() + " read-only at /run/slim in it");
        return 0;
    }
}
