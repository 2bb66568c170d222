package io.slim.podman;

import io.slim.api.SlimRouter;
import io.slim.podman.container.ContainerRates;
import io.slim.podman.container.Hosting;
import io.slim.podman.hook.HookService;
import io.slim.router.settings.PlugIns;
import io.slim.shim.ShimInstaller;
import java.io.IOException;
import java.nio.file.Path;

/** A router, the containers it hosts, and the socket at which the front asks. All of it is open, or nothing. */
final class RouterProcess implements AutoCloseable {

    private final PlugIns plugIns;
    private final SlimRouter router;
    private final Hosting hosting;
    private final HookService hooks;

    private RouterProcess(PlugIns plugIns, SlimRouter router, Hosting hosting, HookService hooks) {
        this.plugIns = plugIns;
        this.router = router;
        this.hosting = hosting;
        this.hooks = hooks;
    }

    /**
     * Starts everything. Containers that run already are taken up before the first question is answered.
     *
     * @throws io.slim.api.ConfigurationException with all that is wrong
     * @throws io.slim.api.RouterException if the router cannot start
     * @throws IOException if the shim or a socket cannot be had
     */
    static RouterProcess start(HookConfiguration configuration) throws IOException {
        PlugIns plugIns = configuration.open();
        ContainerRates rates = new ContainerRates(plugIns.policy());
        SlimRouter router = null;
        Hosting hosting = null;
        try {
            Path shim = ShimInstaller.install(configuration.libraries());
            router = SlimRouter.builder()
                    .config(configuration.router())
                    .resolver(plugIns.resolver())
                    .policy(rates)
                    .build();
            router.start();
            hosting = Hosting.open(router, rates);
            HookService hooks = HookService.open(router.config(), hosting, shim, configuration.prefixes());
            return new RouterProcess(plugIns, router, hosting, hooks);
        } catch (IOException | RuntimeException e) {
            if (hosting != null) {
                hosting.close();
            }
            if (router != null) {
                router.close();
            }
            plugIns.close();
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
        hosting.close();
        router.close();
        plugIns.close();
    }
}
