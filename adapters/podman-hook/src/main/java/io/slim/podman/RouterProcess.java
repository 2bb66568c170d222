package io.slim.podman;

import io.slim.oci.hosting.HostedRouter;
import io.slim.oci.hosting.HostingConfiguration;
import io.slim.podman.hook.HookService;
import io.slim.router.settings.PlugIns;
import io.slim.shim.ShimInstaller;
import java.io.IOException;
import java.nio.file.Path;

/** A router with its containers, and the socket at which the front asks. All of it is open, or nothing. */
final class RouterProcess implements AutoCloseable {

    private final HostedRouter router;
    private final HookService hooks;

    private RouterProcess(HostedRouter router, HookService hooks) {
        this.router = router;
        this.hooks = hooks;
    }

    /**
     * Starts everything. Containers that run already are taken up before the first question is answered.
     *
     * @throws io.slim.api.ConfigurationException with all that is wrong
     * @throws io.slim.api.RouterException if the router cannot start
     * @throws IOException if the shim or a socket cannot be had
     */
    static RouterProcess start(HostingConfiguration configuration) throws IOException {
        PlugIns plugIns = configuration.open();
        Path shim;
        try {
            shim = ShimInstaller.install(configuration.libraries());
        } catch (IOException | RuntimeException e) {
            plugIns.close();
            throw e;
        }
        HostedRouter router = HostedRouter.start(configuration.router(), plugIns);
        try {
            return new RouterProcess(
                    router, HookService.open(router.config(), router.hosting(), shim, configuration.prefixes()));
        } catch (IOException | RuntimeException e) {
            router.close();
            throw e;
        }
    }

    /** For people. */
    String description() {
        return "host " + router.config().hostAddress().getHostAddress() + ", hooks at "
                + HookService.socket(router.config());
    }

    Path hookSocket() {
        return HookService.socket(router.config());
    }

    /** Containers live on, and their sockets' directories stay. */
    @Override
    public void close() {
        hooks.close();
        router.close();
    }
}
