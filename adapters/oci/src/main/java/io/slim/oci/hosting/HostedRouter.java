package io.slim.oci.hosting;

import io.slim.api.RouterConfig;
import io.slim.api.SlimRouter;
import io.slim.router.settings.PlugIns;
import java.io.IOException;

/** A router, and the containers that it hosts. All of it is open, or nothing. */
public final class HostedRouter implements AutoCloseable {

    private final PlugIns plugIns;
    private final SlimRouter router;
    private final Hosting hosting;

    private HostedRouter(PlugIns plugIns, SlimRouter router, Hosting hosting) {
        this.plugIns = plugIns;
        this.router = router;
        this.hosting = hosting;
    }

    /**
     * Starts it. Containers that run already are taken up before this returns.
     *
     * @param plugIns closed with this, or when this fails
     * @throws io.slim.api.RouterException if the router cannot start
     * @throws IOException if the containers' files cannot be read
     */
    public static HostedRouter start(RouterConfig config, PlugIns plugIns) throws IOException {
        ContainerRates rates = new ContainerRates(plugIns.policy());
        SlimRouter router = null;
        try {
            router = SlimRouter.builder()
                    .config(config)
                    .resolver(plugIns.resolver())
                    .policy(rates)
                    .build();
            router.start();
            return new HostedRouter(plugIns, router, Hosting.open(router, rates));
        } catch (IOException | RuntimeException e) {
            if (router != null) {
                router.close();
            }
            plugIns.close();
            throw e;
        }
    }

    /** The router's configuration. */
    public RouterConfig config() {
        return router.config();
    }

    /** Its containers. */
    public Hosting hosting() {
        return hosting;
    }

    /** Containers live on, and their sockets' directories stay. */
    @Override
    public void close() {
        hosting.close();
        router.close();
        plugIns.close();
    }
}
