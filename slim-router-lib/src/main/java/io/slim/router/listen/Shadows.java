package io.slim.router.listen;

import io.slim.api.RouterConfig;
import io.slim.router.protocol.ShimRequest.Listen;
import io.slim.router.sys.HostSockets;
import io.slim.router.sys.HostSockets.Bound;
import io.slim.router.sys.SystemCallException;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Makes shadows: host sockets bound to ports of the listen range. Only the event loop touches it. */
final class Shadows {

    /** How many ports that others hold are tried for one listener. */
    private static final int MOST_PORTS_TRIED = 32;

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

    long cookie(Bound shadow) throws SystemCallException {
        return sockets.cookie(shadow.descriptor());
    }

    /** An earlier router's shadow is on this port. */
    void adopt(int port) {
        ports.use(port);
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
