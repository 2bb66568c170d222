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
import java.util.stream.Stream;
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

    /** So many threads of a process are looked at before it is answered; those of the others follow. */
    private static final int THREADS_AT_ONCE = 64;

    private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final RouterConfig config;
    private final RouterLoop loop;
    private final SecureMode secure;
    private final Containers containers;
    /** By what asked for sockets. */
    private final Map<Container, String> askers = new HashMap<>();

    /** When a process of theirs was last looked at with its threads. */
    private final Map<Container, Long> lookedNanos = new HashMap<>();

    /** Those that must have none for what they are themselves. */
    private Map<Container, String> capable = Map.of();

    private final List<Consumer<Container>> listeners = new ArrayList<>();
    /** What the last look found, by network namespace. */
    private Map<Long, String> seen = Map.of();

    private @Nullable ProcessRights rights;
    private @Nullable Lookout lookout;

    @Inject
    Withholding(RouterConfig config, RouterLoop loop, SecureMode secure, Containers containers) {
        this.config = config;
        this.loop = loop;
        this.secure = secure;
        this.containers = containers;
    }

    /** Asks to be told when a container gets no more host sockets, or does again. */
    public void onChange(Consumer<Container> listener) {
        listeners.add(listener);
    }

    /** Begins to look. Does nothing in non-secure mode. */
    public void start() throws IOException {
        if (!secure.isOn()) {
            return;
        }
        ProcessRights here = ProcessRights.here();
        rights = here;
        Lookout looks = new Lookout(loop, new ProcessScan(here), this::namespaces, () -> seen.keySet(), this::found);
        lookout = looks;
        containers.onArrival(this::arrived);
        containers.onDeparture(gone -> {
            askers.remove(gone);
            lookedNanos.remove(gone);
            loop.executeIfOpen(this::left);
        });
        looks.start();
    }

    /**
     * A process of a container says that it will ask for sockets. Whoever has ended meanwhile is nobody's concern.
     *
     * @throws IOException if nothing can be read at present, of anybody: then it must ask again
     */
    public void asks(Container container, EpollDomainSocketChannel channel) throws IOException {
        if (rights == null
                || lookout == null
                || container.isRehearsal()
                || askers.containsKey(container)
                || isAccepted(container)
                || !channel.isOpen()) {
            return;
        }
        int most = threadsNow(container);
        String process = "process";
        Optional<String> capability;
        try (PeerProcess caller = PeerProcess.of(channel)) {
            process = "process " + caller.pid();
            capability = rights.dangerous(caller.proc(""), most).filter(found -> caller.isAlive());
            if (capability.isEmpty() && ProcessRights.hasMoreThreads(caller.proc(""), most)) {
                lookout.lookEarly();
            }
        } catch (IOException e) {
            LOG.debug("{}: its caller's rights cannot be read", container, e);
            capability = Optional.of(ProcessRights.UNREADABLE);
        }
        if (capability.filter(ProcessRights.UNREADABLE::equals).isPresent()) {
            ProcessRights.checkReadable();
        }
        if (capability.isPresent()) {
            asked(container, process, capability.get());
        }
    }

    /** Whoever asks again and again, by one process after the other, does not keep the event loop busy with their threads. */
    private int threadsNow(Container container) {
        long now = System.nanoTime();
        Long before = lookedNanos.get(container);
        if (before != null && now - before < LOOK_AGAIN_NANOS) {
            return 1;
        }
        lookedNanos.put(container, now);
        return THREADS_AT_ONCE;
    }

    private void asked(Container container, String process, String capability) {
        askers.put(container, "its " + process + ", which asks for them, holds or can gain " + capability);
        judge();
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

    /** The next namespace that is made may have the number of the last. */
    private void left() {
        Map<Long, String> remaining = new HashMap<>(seen);
        remaining.keySet().retainAll(namespaces());
        seen = remaining;
        judge();
    }

    private boolean isAccepted(Container container) {
        return container
                .spec()
                .filter(spec -> config.acceptCapable().contains(spec.id())
                        || config.acceptCapable().contains(spec.labels().getOrDefault("name", "")))
                .isPresent();
    }

    private Stream<Container> registered() {
        return containers.all().stream().filter(container -> container.spec().isPresent());
    }

    private Set<Long> namespaces() {
        return registered().map(Container::namespace).collect(Collectors.toSet());
    }

    private void found(Map<Long, String> now) {
        seen = now;
        if (!capableNow().equals(capable)) {
            judge();
        }
    }

    private Map<Container, String> capableNow() {
        Map<Container, String> now = new HashMap<>();
        registered().filter(container -> !isAccepted(container)).forEach(container -> of(container)
                .ifPresent(reason -> now.put(container, reason)));
        return now;
    }

    /** Each container on its own, then those that share something with one that must not have any. */
    private void judge() {
        capable = capableNow();
        for (Container container : registered().toList()) {
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
        } else if (reason == null && before != null) {
            LOG.info("{} gets host sockets from now on", container);
        }
        if ((reason == null) != (before == null)) {
            listeners.forEach(listener -> listener.accept(container));
        }
    }

    /** Ends looking. To be called by the event loop. */
    public void close() {
        if (lookout != null) {
            lookout.close();
        }
    }
}
