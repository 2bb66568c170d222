package io.slim.router.listen;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.observe.RareLog;
import io.slim.router.protocol.ShimRequest.Listen;
import io.slim.router.secure.SecureMode;
import io.slim.router.sys.HostSockets;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Decides whether a listener may have a shadow. Only the event loop touches it. */
final class Admission {

    private final RouterConfig config;
    private final SecureMode secure;
    private final Containers containers;
    private final RareLog rareLog = new RareLog(LoggerFactory.getLogger(Admission.class));

    Admission(RouterConfig config, SecureMode secure, Containers containers) {
        this.config = config;
        this.secure = secure;
        this.containers = containers;
    }

    /** Why it may not; null if it may. */
    @Nullable
    Reason refusal(Container container, Listen request) {
        Endpoint endpoint = request.endpoint();
        if (secure.isOn() && container.confined() == null) {
            return Reason.NOT_IDENTIFIED;
        }
        if (container.withheld() != null) {
            return Reason.CAPABILITY;
        }
        if (endpoint.port() == 0 || !HostSockets.canCarry(request.family(), config.hostAddress())) {
            return Reason.UNSUPPORTED;
        }
        if (!endpoint.address().isAnyLocalAddress() && !containers.owns(container, endpoint.address())) {
            return Reason.NOT_IDENTIFIED;
        }
        if (container.listeners() >= config.limits().listenersPerContainer()) {
            rareLog.warn(
                    "listeners " + container,
                    "{}: listen on {} stays on the overlay: it has {} listeners, as many as allowed",
                    container,
                    endpoint,
                    container.listeners());
            return Reason.LIMIT;
        }
        return null;
    }
}
