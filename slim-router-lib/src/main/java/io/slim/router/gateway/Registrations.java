package io.slim.router.gateway;

import io.slim.api.RouterConfig;
import io.slim.api.RouterMode;
import io.slim.api.container.ContainerException;
import io.slim.api.container.ContainerException.Problem;
import io.slim.api.container.ContainerRegistration;
import io.slim.api.container.ContainerSpec;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.container.HeldNamespace;
import io.slim.router.loop.RouterLoop;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Containers that have a socket of their own. Thread-safe; waits for the event loop, which must therefore not call it. */
public final class Registrations {

    private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);

    /** A {@code sockaddr_un} has room for 108 bytes with the final zero. */
    private static final int LONGEST_SOCKET_PATH = 107;

    private final RouterConfig config;
    private final RouterLoop loop;
    private final Containers containers;
    private final ShimGateway gateway;
    private final Set<Registration> open = new HashSet<>();

    @Inject
    Registrations(RouterConfig config, RouterLoop loop, Containers containers, ShimGateway gateway) {
        this.config = config;
        this.loop = loop;
        this.containers = containers;
        this.gateway = gateway;
    }

    /**
     * Adds a container and opens its socket.
     *
     * @throws ContainerException if that cannot be; nothing is left then
     */
    public synchronized ContainerRegistration register(ContainerSpec spec) {
        if (config.mode() == RouterMode.SECURE && spec.addresses().isEmpty()) {
            throw new ContainerException(
                    spec.id(),
                    Problem.ADDRESSES_MISSING,
                    "none",
                    "its overlay addresses; in secure mode those in its namespace are not believed",
                    null);
        }
        ContainerDirectory directory = new ContainerDirectory(config.containersDirectory(), spec.id());
        int length = directory.socket().toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_SOCKET_PATH) {
            throw new ContainerException(
                    spec.id(),
                    Problem.SOCKET_DIRECTORY,
                    directory.path().toString(),
                    "a path with at most " + LONGEST_SOCKET_PATH + " bytes, /slim.sock included; shorten the id or the"
                            + " containers directory",
                    null);
        }
        HeldNamespace held = hold(spec);
        Container container = add(spec, held);
        try {
            directory.make();
            ShimSocket socket = gateway.open(directory.socket(), channel -> containers.enter(container, channel));
            Registration registration = new Registration(spec, container, directory, socket);
            open.add(registration);
            return registration;
        } catch (IOException e) {
            remove(container);
            throw new ContainerException(
                    spec.id(),
                    Problem.SOCKET_DIRECTORY,
                    directory.path().toString(),
                    "a directory in which a socket can be made: " + e.getMessage(),
                    e);
        }
    }

    private static @Nullable HeldNamespace hold(ContainerSpec spec) {
        Path path = spec.networkNamespace().orElse(null);
        if (path == null) {
            return null;
        }
        try {
            return HeldNamespace.open(path, spec.addresses().isEmpty());
        } catch (IOException e) {
            throw new ContainerException(
                    spec.id(),
                    Problem.NAMESPACE_UNUSABLE,
                    path.toString(),
                    "the network namespace of a running container: " + e.getMessage(),
                    e);
        }
    }

    private Container add(ContainerSpec spec, @Nullable HeldNamespace held) {
        try {
            return loop.call(() -> containers.register(spec, held));
        } catch (Exception e) {
            if (held != null) {
                held.close();
            }
            if (e instanceof ContainerException refused) {
                throw refused;
            }
            throw new ContainerException(spec.id(), Problem.SYSTEM, String.valueOf(e), "see the router's log", e);
        }
    }

    private void remove(Container container) {
        try {
            loop.call(() -> {
                containers.unregister(container);
                return null;
            });
        } catch (Exception e) {
            LOG.warn("{} cannot be unregistered", container, e);
        }
    }

    private synchronized void end(Registration registration) {
        if (open.remove(registration)) {
            registration.socket.close();
            remove(registration.container);
        }
        if (!registration.ended) {
            registration.ended = true;
            removeDirectory(registration);
        }
    }

    private static void removeDirectory(Registration registration) {
        try {
            registration.directory.remove();
        } catch (IOException e) {
            LOG.warn("{}: its socket directory cannot be removed", registration.container, e);
        }
    }

    /**
     * Closes all sockets. Their directories stay: they are mounted in containers that live on, and the next router will put
     * its sockets there.
     */
    public synchronized void close() {
        List.copyOf(open).forEach(registration -> registration.socket.close());
        open.clear();
    }

    private final class Registration implements ContainerRegistration {

        private final ContainerSpec spec;
        private final Container container;
        private final ContainerDirectory directory;
        private final ShimSocket socket;
        private boolean ended;

        private Registration(ContainerSpec spec, Container container, ContainerDirectory directory, ShimSocket socket) {
            this.spec = spec;
            this.container = container;
            this.directory = directory;
            this.socket = socket;
        }

        @Override
        public ContainerSpec spec() {
            return spec;
        }

        @Override
        public Path socketDirectory() {
            return directory.path();
        }

        @Override
        public void close() {
            end(this);
        }

        @Override
        public String toString() {
            return spec + ": " + socket();
        }
    }
}
