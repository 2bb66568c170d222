package io.slim.router.capability;

import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.slim.api.RouterConfig;
import io.slim.api.container.ContainerSpec;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.loop.RouterLoop;
import io.slim.router.secure.SecureMode;
import io.slim.router.sys.PeerProcess;
import io.slim.router.sys.ProcessRights;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Withholds host sockets from containers that could misuse them, in secure mode. What is known comes from three sides: what the container was registered
 * with, the processes that ask for sockets, and a look through all processes of the host now and then. Only the event loop touches it.
 *
 * <p>A socket that a container has already cannot be taken back, so that nothing that runs is ended: whoever is found late gets no more.
 */
public final class Withholding {

    private static final Logger LOG = LoggerFactory.getLogger(Withholding.class);
    private static final long PERIOD_SECONDS = 5;

    /** A runtime's own process has all capabilities for a moment when it enters a container. */
    private static final long SECOND_LOOK_MILLIS = 500;

    private final RouterConfig config;
    private final RouterLoop loop;
    private final SecureMode secure;
    private final Containers containers;
    /** By what asked for sockets. */
    private final Map<Container, String> askers = new HashMap<>();

    /** Those that must have none for what they are themselves. */
    private final Map<Container, String> capable = new HashMap<>();

    private final List<Consumer<Container>> listeners = new ArrayList<>();
    /** What the last look found, by network namespace. */
    private Map<Long, String> seen = Map.of();

    private @Nullable ProcessRights rights;
    private @Nullable ProcessScan scan;
    private boolean looking;

    @Inject
    Withholding(RouterConfig config, RouterLoop loop, SecureMode secure, Containers containers) {
        this.config = config;
        this.loop = loop;
        this.secure = secure;
        this.containers = containers;
    }

    /** Asks to be told when a container gets no more host sockets. */
    public void onWithheld(Consumer<Container> listener) {
        listeners.add(listener);
    }

    /** Begins to look. Does nothing in non-secure mode. */
    public void start() throws IOException {
        if (!secure.isOn()) {
            return;
        }
        ProcessRights here = ProcessRights.here();
        rights = here;
        scan = new ProcessScan(here);
        containers.onArrival(this::arrived);
        containers.onDeparture(gone -> {
            askers.remove(gone);
            loop.executeIfOpen(this::judge);
        });
        Runnable unused = loop.repeat(this::look, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    /** A process of a container says that it will ask for sockets. Whoever has ended meanwhile is nobody's concern. */
    public void asks(Container container, EpollDomainSocketChannel channel) {
        if (rights == null || container.isRehearsal() || askers.containsKey(container) || isAccepted(container)) {
            return;
        }
        try (PeerProcess process = PeerProcess.of(channel)) {
            Optional<String> capability = rights.dangerous(process.proc(""));
            if (capability.isPresent() && process.isAlive()) {
                askers.put(
                        container,
                        "its process " + process.pid() + ", which asks for them, holds or can gain "
                                + capability.get());
                judge();
            }
        } catch (IOException e) {
            LOG.debug("{}: its caller's rights cannot be read", container, e);
        }
    }

    /** The others stay what they are, unless this one taints them. */
    private void arrived(Container container) {
        if (container.spec().isEmpty() || isAccepted(container)) {
            return;
        }
        if (of(container).isPresent()) {
            judge();
        } else {
            decide(container, sharedWith(container, capable));
        }
    }

    private boolean isAccepted(Container container) {
        return container
                .spec()
                .filter(spec -> config.acceptCapable().contains(spec.id())
                        || config.acceptCapable().contains(spec.labels().getOrDefault("name", "")))
                .isPresent();
    }

    /** On a thread of its own: it takes milliseconds. */
    private void look() {
        Set<Long> namespaces = containers.all().stream()
                .filter(container -> container.spec().isPresent())
                .map(Container::namespace)
                .collect(Collectors.toSet());
        ProcessScan by = scan;
        if (looking || by == null || namespaces.isEmpty()) {
            return;
        }
        looking = true;
        Thread looker = new Thread(
                () -> {
                    Map<Long, String> found = twice(by, namespaces);
                    loop.executeIfOpen(() -> {
                        looking = false;
                        seen = found;
                        judge();
                    });
                },
                "slim-capabilities");
        looker.setDaemon(true);
        looker.start();
    }

    private static Map<Long, String> twice(ProcessScan scan, Set<Long> namespaces) {
        try {
            Map<Long, String> first = scan.run(namespaces);
            if (first.isEmpty()) {
                return first;
            }
            Thread.sleep(SECOND_LOOK_MILLIS);
            Map<Long, String> second = scan.run(namespaces);
            second.keySet().retainAll(first.keySet());
            return second;
        } catch (IOException e) {
            LOG.warn("the capabilities of processes cannot be looked at: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Map.of();
    }

    /** Each container on its own, then those that share something with one that must not have any. */
    private void judge() {
        List<Container> registered = containers.all().stream()
                .filter(container -> container.spec().isPresent())
                .toList();
        capable.clear();
        for (Container container : registered) {
            if (!isAccepted(container)) {
                of(container).ifPresent(reason -> capable.put(container, reason));
            }
        }
        for (Container container : registered) {
            String reason = capable.get(container);
            if (reason == null && !isAccepted(container)) {
                reason = sharedWith(container, capable);
            }
            decide(container, reason);
        }
    }

    private Optional<String> of(Container container) {
        Set<String> told = new TreeSet<>(container.spec().orElseThrow().capabilities());
        told.retainAll(ProcessRights.DANGEROUS.keySet());
        if (!told.isEmpty()) {
            return Optional.of("it holds or can gain " + String.join(" and ", told));
        }
        return Optional.ofNullable(askers.getOrDefault(container, seen.get(container.namespace())));
    }

    private static @Nullable String sharedWith(Container container, Map<Container, String> capable) {
        ContainerSpec spec = container.spec().orElseThrow();
        for (Container other : capable.keySet()) {
            Optional<String> shared = Sharing.between(spec, other.spec().orElseThrow());
            if (shared.isPresent()) {
                return "it shares " + shared.get() + " with " + other + ", of which: " + capable.get(other);
            }
        }
        return null;
    }

    private void decide(Container container, @Nullable String reason) {
        String before = container.withheld();
        container.withhold(reason);
        if (reason != null && before == null) {
            LOG.warn(
                    "{} gets no host sockets and stays on the overlay: {}; with such a socket it could change the host's network (to accept that:"
                            + " accept-capable, by its name)",
                    container,
                    reason);
            listeners.forEach(listener -> listener.accept(container));
        } else if (reason == null && before != null) {
            LOG.info("{} gets host sockets from now on", container);
        }
    }
}
