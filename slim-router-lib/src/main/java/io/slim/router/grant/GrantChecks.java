package io.slim.router.grant;

import io.slim.api.Subscription;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.loop.RouterLoop;
import io.slim.router.policy.PolicyCheck;
import io.slim.router.resolver.Resolving;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells when a right that was given may not be one any more. */
public final class GrantChecks {

    private static final long PAUSE_MILLIS = 200;

    private final RouterLoop loop;
    private final PolicyCheck policy;
    private final Resolving resolver;
    private final Containers containers;
    private final List<Subscription> changes = new ArrayList<>();
    private boolean coming;

    @Inject
    GrantChecks(RouterLoop loop, PolicyCheck policy, Resolving resolver, Containers containers) {
        this.loop = loop;
        this.policy = policy;
        this.resolver = resolver;
        this.containers = containers;
    }

    /**
     * Starts to listen to what changes rights.
     *
     * @param checkAgain everything may be different; called by the event loop
     * @param gone the container has left
     */
    public void start(Runnable checkAgain, Consumer<Container> gone) {
        changes.add(policy.onChange(() -> loop.executeIfOpen(checkAgain)));
        changes.add(resolver.onChange(() -> loop.executeIfOpen(() -> soon(checkAgain))));
        containers.onDeparture(gone);
    }

    /** Resolvers of large overlays change again and again; a policy is in force at once. */
    private void soon(Runnable checkAgain) {
        if (!coming) {
            coming = true;
            loop.schedule(
                    () -> {
                        coming = false;
                        checkAgain.run();
                    },
                    PAUSE_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** The policy and the resolver, which may live on, forget the router. */
    public void close() {
        changes.forEach(Subscription::close);
        changes.clear();
    }
}
