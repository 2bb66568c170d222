package io.slim.router.listen;

import io.slim.api.RouterConfig;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.HostSocket;
import io.slim.router.confine.ShadowRequest;
import io.slim.router.confine.SocketCallback;
import io.slim.router.container.Container;
import io.slim.router.secure.SecureMode;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.HostSockets;
import io.slim.router.sys.HostSockets.Bound;
import io.slim.router.sys.SystemCallException;
import java.io.IOException;

/** Makes one shadow on a given port: by itself, or in secure mode by the container's vault. Only the event loop touches it. */
final class ShadowMaker {

    private final RouterConfig config;
    private final SecureMode secure;
    private final HostSockets sockets = new HostSockets();

    ShadowMaker(RouterConfig config, SecureMode secure) {
        this.config = config;
        this.secure = secure;
    }

    /** Makes it. */
    void make(Container container, ShadowRequest request, SocketCallback callback) {
        if (!secure.isOn()) {
            makeHere(request, callback);
            return;
        }
        ConfinedContainer confined = container.confined();
        if (confined == null) {
            callback.failed(new IOException(container + " is not registered"));
        } else {
            secure.confinement().shadow(confined, request, callback);
        }
    }

    /** Makes one of the router's own. */
    void makeOwn(ConfinedContainer own, ShadowRequest request, SocketCallback callback) {
        secure.confinement().shadow(own, request, callback);
    }

    private void makeHere(ShadowRequest request, SocketCallback callback) {
        HostSocket made;
        try {
            Bound bound = request.joins()
                    ? sockets.joining(request.family(), config.hostAddress(), request.port())
                    : sockets.forListen(request.family(), config.hostAddress(), request.port(), request.shared());
            made = withCookie(bound);
        } catch (SystemCallException e) {
            callback.failed(e);
            return;
        }
        callback.made(made);
    }

    private HostSocket withCookie(Bound bound) throws SystemCallException {
        try {
            return new HostSocket(bound.descriptor(), sockets.cookie(bound.descriptor()), bound.port());
        } catch (SystemCallException e) {
            Descriptors.close(bound.descriptor());
            throw e;
        }
    }
}
