package io.slim.standalone;

import io.slim.api.RouterConfig;
import io.slim.api.SlimRouter;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code slim router}: runs the router of this host until SIGTERM or SIGINT. */
@Command(
        name = "router",
        description = "Runs the router of this host, until it is told to stop.",
        mixinStandardHelpOptions = true)
final class RouterCommand implements Callable<Integer> {

    @Mixin
    private RouterOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        RouterConfig config = options.config();
        OverlayResolver resolver = ResolverProvider.open(options.resolver());
        ConnectionPolicy policy = ConnectionPolicy.ALLOW;
        SlimRouter router;
        try {
            policy = options.policy();
            router = SlimRouter.builder()
                    .config(config)
                    .resolver(resolver)
                    .policy(policy)
                    .build();
            router.start();
        } catch (RuntimeException e) {
            resolver.close();
            policy.close();
            throw e;
        }
        closeOnSignal(router, resolver, policy);
        PrintWriter out = spec.commandLine().getOut();
        out.println("slim router ready: host " + config.hostAddress().getHostAddress() + ", socket " + config.socket());
        out.flush();
        new CountDownLatch(1).await();
        return 0;
    }

    /** A signal ends the process through its shutdown hooks, with 128 + signal; a router that was told to stop did well. */
    private static void closeOnSignal(SlimRouter router, OverlayResolver resolver, ConnectionPolicy policy) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            router.close();
                            resolver.close();
                            policy.close();
                            Runtime.getRuntime().halt(0);
                        },
                        "slim-shutdown"));
    }
}
