package io.slim.router.gateway;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.slim.api.RouterConfig;
import io.slim.router.capability.Withholding;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.QueueObserver;
import io.slim.router.connect.Connects;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.container.NotIdentifiedException;
import io.slim.router.listen.ListenService;
import io.slim.router.loop.Channels;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.RareLog;
import io.slim.router.secure.SecureMode;
import io.slim.router.sys.SocketWriter;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves shims, at the shared socket and at those of registered containers. Descriptors that a shim sends are discarded by the kernel: reads offer no control
 * buffer.
 */
public final class ShimGateway {

    private static final Logger LOG = LoggerFactory.getLogger(ShimGateway.class);

    private final RouterConfig config;
    private final RouterLoop loop;
    private final SecureMode secure;
    private final Containers containers;
    private final Connects connects;
    private final ListenService listens;
    private final Withholding withholding;
    private final Counters counters;
    private final RareLog rareLog = new RareLog(LOG);
    private final SocketWriter socketWriter = new SocketWriter();
    /** Only the event loop touches it. */
    private final Set<ShimSession> sessions = new HashSet<>();

    private @Nullable ShimSocket shared;

    @Inject
    ShimGateway(
            RouterConfig config,
            RouterLoop loop,
            SecureMode secure,
            Containers containers,
            Connects connects,
            ListenService listens,
            Withholding withholding,
            Counters counters) {
        this.config = config;
        this.loop = loop;
        this.secure = secure;
        this.containers = containers;
        this.connects = connects;
        this.listens = listens;
        this.withholding = withholding;
        this.counters = counters;
    }

    /**
     * Opens the shared socket.
     *
     * @throws IOException if that fails, or if another router serves it
     */
    public void start() throws IOException {
        containers.onDeparture(this::closeAllOf);
        withholding.onChange(this::closeQueuesOfWithheld);
        shared = open(config.socket(), containers::enter);
    }

    /** Opens a socket for those whom the entrance lets in. */
    ShimSocket open(Path path, Entrance entrance) throws IOException {
        ShimSocket socket = new ShimSocket(path, loop, accepted -> accept(accepted, entrance));
        socket.open();
        return socket;
    }

    private boolean accept(Channel accepted, Entrance entrance) {
        if (sessions.size() >= config.limits().connections()) {
            limit("all containers together");
            Channels.close(accepted);
            return false;
        }
        ShimSession session = new ShimSession(this, entrance, accepted);
        sessions.add(session);
        accepted.pipeline().addLast(new ShimRequests(), session);
        return true;
    }

    /** A connection may have come by the container's own socket or by the shared one. */
    private void closeAllOf(Container container) {
        List.copyOf(sessions).forEach(session -> session.closeIfOf(container));
    }

    private void closeQueuesOfWithheld(Container container) {
        if (container.withheld() != null) {
            List.copyOf(sessions).forEach(session -> session.closeQueueOf(container));
        }
    }

    /** Whether the container, with this connection, has no more than it may. */
    boolean admit(Container container) {
        if (container.connections() > config.limits().connectionsPerContainer()) {
            limit(container.toString());
            return false;
        }
        counters.add(Counter.SHIM_CONNECTIONS);
        return true;
    }

    private void limit(String who) {
        counters.add(Counter.SHIM_LIMIT);
        rareLog.warn("limit " + who, "a shim's connection is refused: too many of {}", who);
    }

    void malformed(@Nullable Container container, String what) {
        counters.add(Counter.SHIM_MALFORMED);
        String who = container == null ? "an unknown caller" : container.toString();
        rareLog.warn("malformed " + who, "a shim's connection of {} is closed: {}", who, what);
    }

    void notIdentified(NotIdentifiedException e) {
        counters.add(Counter.SHIM_NOT_IDENTIFIED);
        if (e.isUsual()) {
            LOG.debug("a caller is not identified: {}", e.getMessage());
        } else {
            rareLog.warn("identity", "a caller is not identified, it stays on the overlay: {}", e.getMessage());
        }
    }

    void unreachable(@Nullable Container container, String why) {
        LOG.debug("an answer to {} cannot be sent: {}", container, why);
    }

    void failed(Throwable cause) {
        rareLog.warn("failed", "a shim's request failed", cause);
    }

    void ended(ShimSession session) {
        sessions.remove(session);
    }

    Runnable fillQueue(
            ConfinedContainer confined, FileDescriptor connection, int family, int most, QueueObserver observer)
            throws IOException {
        return secure.confinement().fillQueue(confined, connection, family, most, observer);
    }

    void noSockets(Container container, IOException why) {
        rareLog.warn(
                "socket " + container,
                "{}: no host sockets are queued for a while, its connections take the overlay: {}",
                container,
                why.getMessage());
    }

    void asks(Container container, EpollDomainSocketChannel channel) throws IOException {
        withholding.asks(container, channel);
    }

    boolean isSecure() {
        return secure.isOn();
    }

    SocketWriter socketWriter() {
        return socketWriter;
    }

    /** The container's connection is closed. */
    void left(Container container) {
        containers.leave(container);
    }

    Connects connects() {
        return connects;
    }

    ListenService listens() {
        return listens;
    }

    /** Closes the shared socket and all its connections, and removes the file. */
    public void close() {
        if (shared != null) {
            shared.close();
        }
    }
}
