package io.slim.router.listen;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.HostSocket;
import io.slim.router.confine.ShadowRequest;
import io.slim.router.confine.SocketCallback;
import io.slim.router.container.Container;
import io.slim.router.observe.RareLog;
import io.slim.router.protocol.ShimRequest.KeptShadow;
import io.slim.router.protocol.ShimRequest.Listen;
import io.slim.router.secure.SecureMode;
import io.slim.router.sys.SockDiag;
import io.slim.router.sys.SystemCallException;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes shadows: host sockets bound to ports of the listen range. Only the event loop touches it. */
final class Shadows {

    /** How many ports that others hold are tried for one listener. What an earlier router's shadows have left in TIME-WAIT holds them, too. */
    private static final int MOST_PORTS_TRIED = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Shadows.class);

    private final RouterConfig config;
    private final ShadowPorts ports;
    private final ShadowMaker maker;
    private final RareLog rareLog = new RareLog(LOG);

    Shadows(RouterConfig config, SecureMode secure) {
        this.config = config;
        this.ports =
                new ShadowPorts(config.listenPorts(), config.times().portRest().toNanos(), System::nanoTime);
        this.maker = new ShadowMaker(config, secure);
    }

    /**
     * Makes a shadow on a port of its own.
     *
     * @param shadowId see {@link Offer#shadowId}
     * @param made owns the shadow; possibly called before this method returns
     * @param failed gets the reason otherwise
     */
    void make(Container container, Listen request, int shadowId, Consumer<HostSocket> made, Consumer<Reason> failed) {
        attempt(container, request, shadowId, MOST_PORTS_TRIED, made, failed);
    }

    private void attempt(
            Container container,
            Listen request,
            int shadowId,
            int tries,
            Consumer<HostSocket> made,
            Consumer<Reason> failed) {
        OptionalInt port = tries == 0 ? OptionalInt.empty() : ports.take();
        if (port.isEmpty()) {
            rareLog.warn(
                    "ports",
                    "{}: listen on {} stays on the overlay: no port of {} is free",
                    container,
                    request.endpoint(),
                    config.listenPorts());
            failed.accept(Reason.LIMIT);
            return;
        }
        ShadowRequest wanted = new ShadowRequest(
                shadowId, request.family(), port.getAsInt(), request.reusePort(), false, request.endpoint());
        maker.make(container, wanted, new SocketCallback() {
            @Override
            public void made(HostSocket socket) {
                made.accept(socket);
            }

            @Override
            public void failed(IOException why) {
                ports.release(port.getAsInt());
                if (why instanceof SystemCallException call && call.isAddressInUse()) {
                    attempt(container, request, shadowId, tries - 1, made, failed);
                } else {
                    failed.accept(internal(container, request, why));
                }
            }
        });
    }

    /** Makes one more shadow on the port of a group, for SO_REUSEPORT. */
    void another(ListenerGroup group, Listen request, Consumer<HostSocket> made, Consumer<Reason> failed) {
        ShadowRequest wanted =
                new ShadowRequest(group.shadowId(), request.family(), group.port(), true, true, request.endpoint());
        maker.make(group.container(), wanted, new SocketCallback() {
            @Override
            public void made(HostSocket socket) {
                made.accept(socket);
            }

            @Override
            public void failed(IOException why) {
                failed.accept(internal(group.container(), request, why));
            }
        });
    }

    /** Makes a shadow of the router's own, on a port of its own. */
    void makeOwn(ConfinedContainer own, int shadowId, int family, SocketCallback callback) {
        attemptOwn(own, shadowId, family, MOST_PORTS_TRIED, callback);
    }

    private void attemptOwn(ConfinedContainer own, int shadowId, int family, int tries, SocketCallback callback) {
        OptionalInt port = tries == 0 ? OptionalInt.empty() : ports.take();
        if (port.isEmpty()) {
            callback.failed(new IOException("no port of " + config.listenPorts() + " is free"));
            return;
        }
        Endpoint shown = new Endpoint(config.hostAddress(), port.getAsInt());
        ShadowRequest wanted = new ShadowRequest(shadowId, family, port.getAsInt(), false, false, shown);
        maker.makeOwn(own, wanted, new SocketCallback() {
            @Override
            public void made(HostSocket socket) {
                callback.made(socket);
            }

            @Override
            public void failed(IOException why) {
                ports.release(port.getAsInt());
                if (why instanceof SystemCallException call && call.isAddressInUse()) {
                    attemptOwn(own, shadowId, family, tries - 1, callback);
                } else {
                    callback.failed(why);
                }
            }
        });
    }

    private Reason internal(Container container, Listen request, IOException why) {
        rareLog.warn("listen", "{}: no shadow for {}: {}", container, request.endpoint(), why.getMessage());
        return Reason.INTERNAL;
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

    /** An earlier router has released this port. */
    void rests(int port, Duration since) {
        ports.rests(port, since.toNanos());
    }

    /** No shadow is on this port any more. */
    void release(int port) {
        ports.release(port);
    }
}
