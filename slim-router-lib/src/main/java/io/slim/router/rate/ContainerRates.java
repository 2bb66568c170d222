package io.slim.router.rate;

import io.slim.api.Subscription;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.RareLog;
import io.slim.router.policy.PolicyCheck;
import io.slim.router.secure.SecureMode;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * How much containers may send over all their connections: the lowest that any of these was given since the policy has changed. The kernel
 * sees to it, in secure mode. Only the event loop touches it.
 */
public final class ContainerRates {

    /** Longer than a proof holds, with which the policy is asked again: see {@code proof-ttl-s}. */
    private static final long LEFT_SECONDS = 60;

    private final RouterLoop loop;
    private final SecureMode secure;
    private final PolicyCheck policy;
    private final Containers containers;
    private final RareLog rareLog = new RareLog(LoggerFactory.getLogger(ContainerRates.class));
    private final Map<Container, Long> lowest = new HashMap<>();
    private @Nullable Subscription change;
    private Runnable sweeping = () -> {};

    @Inject
    ContainerRates(RouterLoop loop, SecureMode secure, PolicyCheck policy, Containers containers) {
        this.loop = loop;
        this.secure = secure;
        this.policy = policy;
        this.containers = containers;
    }

    /** Begins to listen to what ends limits; to be called before whatever asks the policy again when that changes. */
    public void start() {
        change = policy.onChange(() -> loop.executeIfOpen(this::forget));
        containers.onDeparture(lowest::remove);
        if (secure.isOn()) {
            sweeping = loop.repeat(this::liftForgotten, LEFT_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Limits outlive a router. One that nobody has asked for since is of a policy that holds no longer. */
    private void liftForgotten() {
        containers.all().stream()
                .filter(container -> !lowest.containsKey(container))
                .forEach(container -> tell(container, 0));
        sweeping.run();
    }

    private void forget() {
        Map<Container, Long> before = Map.copyOf(lowest);
        lowest.clear();
        before.keySet().forEach(container -> tell(container, 0));
    }

    /**
     * A connection of a container was allowed.
     *
     * @param bytesPerSecond 0 = it does not limit the container
     */
    public void met(Container container, long bytesPerSecond) {
        if (bytesPerSecond == 0 || !secure.isOn()) {
            return;
        }
        long before = lowest.getOrDefault(container, Long.MAX_VALUE);
        if (bytesPerSecond < before) {
            lowest.put(container, bytesPerSecond);
            tell(container, bytesPerSecond);
        }
    }

    private void tell(Container container, long bytesPerSecond) {
        ConfinedContainer confined = container.confined();
        if (confined != null && !secure.confinement().limit(confined, bytesPerSecond)) {
            rareLog.warn(
                    "room", "{} cannot be limited to {} bytes/s: the kernel has no room", container, bytesPerSecond);
        }
    }

    /** The policy, which may live on, forgets the router; limits stay in force. */
    public void close() {
        sweeping.run();
        if (change != null) {
            change.close();
        }
    }
}
