package io.slim.podman.hook;

import io.slim.api.RouterConfig;
import io.slim.oci.hosting.Hosting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Serves the native front at {@code hook.sock} in the router's state directory, until it is closed. */
public final class HookService implements AutoCloseable {

    private static final String SOCKET = "hook.sock";

    private final HookServer server;

    private HookService(HookServer server) {
        this.server = server;
    }

    /**
     * Opens the socket.
     *
     * @param router that runs
     * @param shim on the host
     * @param prefixes that are overlay for containers that do not say; checked
     * @throws IOException if the socket cannot be had
     */
    public static HookService open(RouterConfig router, Hosting hosting, Path shim, Optional<String> prefixes)
            throws IOException {
        Respondent respondent = new Respondent(hosting, shim, prefixes, router);
        return new HookService(HookServer.open(socket(router), respondent));
    }

    /** Where the socket of a router's hooks is. */
    public static Path socket(RouterConfig router) {
        return router.stateDirectory().resolve(SOCKET);
    }

    @Override
    public void close() {
        server.close();
    }
}
