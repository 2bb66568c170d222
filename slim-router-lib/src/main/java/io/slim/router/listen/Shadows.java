package io.slim.router.listen;

import io.slim.api.RouterConfig;
import io.slim.router.protocol.ShimRequest.KeptShadow;
import io.slim.router.protocol.ShimRequest.Listen;
import io.slim.router.sys.HostSockets;
import io.slim.router.sys.HostSockets.Bound;
import io.slim.router.sys.SockDiag;
import io.slim.router.sys.SystemCallException;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes shadows: host sockets bound to ports of the listen range. Only the event loop touches it. */
final class Shadows {

    /** How many ports that others hold are tried for one listener. */
    private static final int MOST_PORTS_TRIED = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Shadows.class);

    private final RouterConfig config;
    private final ShadowPorts ports;
    private final HostSockets sockets = new HostSockets();

    Shadows(RouterConfig config) {
        this.config = config;
        this.ports =
                new ShadowPorts(config.listenPorts(), config.times().portRest().toNanos(), System::nanoTime);
    }

    /** A shadow on a port of its own; null if no port is free. */
    @Nullable
    Bound make(Listen request) throws SystemCallException {
        for (int tries = 0; tries < MOST_PORTS_TRIED; tries++) {
            OptionalInt port = ports.take();
            if (port.isEmpty()) {
                return null;
            }
            Bound shadow = bind(request, port.getAsInt());
            if (shadow != null) {
                return shadow;
            }
        }
        return null;
    }

    private @Nullable Bound bind(Listen request, int port) throws SystemCallException {
        try {
            return sockets.forListen(request.family(), config.hostAddress(), port, request.reusePort());
        } catch (SystemCallException e) {
            ports.release(port);
            if (e.isAddressInUse()) {
                return null;
            }
            throw e;
        }
    }

    /** One more shadow on a port, for SO_REUSEPORT. */
    Bound another(Listen request, int port) throws SystemCallException {
        return sockets.joining(request.family(), config.hostAddress(), port);
    }

    /** Whether that shadow, which an earlier router has made, still listens; false too if that cannot be found out. */
    boolean listens(KeptShadow kept) {
        if (!config.listenPorts().contains(kept.port())) {
            return false;
        }
        try (SockDiag host = SockDiag.here()) {
            return host.listening().stream()
                    .anyMatch(socket -> socket.cookie() == kept.cookie() && socket.port() == kept.port());
        } catch (IOException e) {
            LOG.warn("what listens on this host cannot be read: {}", e.getMessage());
            return false;
        }
    }

    /** An earlier router's shadow is on this port. */
    void keep(int port) {
        ports.keep(port);
    }

    long cookie(Bound shadow) throws SystemCallException {
        return sockets.cookie(shadow.descriptor());
    }

    /** An earlier router has released this port. */
    void rests(int port, Duration since) {
        ports.rests(port, since.toNanos());
    }

    /** No shadow is on this port any more. */
    void release(int port) {
        ports.release(port);
    }
}
