package io.slim.nri;

import io.slim.nri.pods.PodPlugin;
import io.slim.nri.session.NriPlugin;
import io.slim.oci.hosting.HostedRouter;
import io.slim.router.settings.PlugIns;
import io.slim.shim.ShimInstaller;
import java.io.IOException;
import java.nio.file.Path;

/** A router with its pods, and what a runtime is to talk to. */
final class PluginProcess implements AutoCloseable {

    private final HostedRouter router;
    private final PodPlugin plugin;

    private PluginProcess(HostedRouter router, PodPlugin plugin) {
        this.router = router;
        this.plugin = plugin;
    }

    /**
     * Starts everything. Pods that run already are served when this returns, before any runtime has told of them.
     *
     * @throws io.slim.api.ConfigurationException with all that is wrong
     * @throws io.slim.api.RouterException if the router cannot start
     * @throws IOException if the shim or a file cannot be had
     */
    static PluginProcess start(NriConfiguration configuration) throws IOException {
        PlugIns plugIns = configuration.hosting().open();
        Path shim;
        try {
            shim = ShimInstaller.install(configuration.hosting().libraries());
        } catch (IOException | RuntimeException e) {
            plugIns.close();
            throw e;
        }
        HostedRouter router = HostedRouter.start(configuration.hosting().router(), plugIns);
        PodPlugin plugin = new PodPlugin(
                router.hosting(),
                shim,
                configuration.hosting().prefixes(),
                router.config().mode(),
                configuration.namespaces());
        return new PluginProcess(router, plugin);
    }

    NriPlugin plugin() {
        return plugin;
    }

    /** For people. */
    String description() {
        return "host " + router.config().hostAddress().getHostAddress();
    }

    /** Pods live on, and their sockets' directories stay. */
    @Override
    public void close() {
        plugin.close();
        router.close();
    }
}
