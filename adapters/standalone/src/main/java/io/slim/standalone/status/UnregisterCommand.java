package io.slim.standalone.status;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code slim unregister}: tells the running router that a container has ended. */
@Command(
        name = "unregister",
        description =
                "Takes back what slim register did. In secure mode that ends the container's connections past the overlay.",
        mixinStandardHelpOptions = true)
public final class UnregisterCommand extends AdminCommand {

    @Parameters(paramLabel = "ID", description = "The container's name.")
    private String id;

    /** For a host whose router is configured to have that state directory. */
    public UnregisterCommand(Supplier<Path> configured) {
        super(configured);
    }

    @Override
    public Integer call() throws IOException {
        say("unregistered " + post("/unregister", List.of("id", id)).path("id").asText());
        return 0;
    }
}
