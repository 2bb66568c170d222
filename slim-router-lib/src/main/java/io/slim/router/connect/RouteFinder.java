package io.slim.router.connect;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.ConnectionRequest.Side;
import io.slim.api.policy.PolicyVerdict;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.VirtualEndpoint;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.policy.PolicyCheck;
import io.slim.router.proof.Pair;
import io.slim.router.protocol.ShimRequest.Connect;
import io.slim.router.rate.ContainerRates;
import io.slim.router.resolver.Resolving;
import io.slim.router.sys.HostSockets;
import jakarta.inject.Inject;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Decides what can be decided without asking anybody: who connects as whom to which host, and whether that may be. */
final class RouteFinder {

    private final RouterConfig config;
    private final Resolving resolver;
    private final PolicyCheck policy;
    private final Containers containers;
    private final ContainerRates rates;

    @Inject
    RouteFinder(
            RouterConfig config, Resolving resolver, PolicyCheck policy, Containers containers, ContainerRates rates) {
        this.config = config;
        this.resolver = resolver;
        this.policy = policy;
        this.containers = containers;
        this.rates = rates;
    }

    /**
     * Either a route or the reason why there is none.
     *
     * @param route null if there is none
     * @param reason {@link Reason#NONE} if there is one
     * @param sendRate what this side's policy allows, in bytes per second, 0 = not limited
     */
    record Finding(@Nullable Route route, Reason reason, long sendRate) {

        private static Finding none(Reason reason) {
            return new Finding(null, reason, 0);
        }
    }

    Finding find(Container container, Connect request) {
        if (request.destination().port() == 0
                || !HostSockets.canCarry(request.family(), config.hostAddress())
                || (request.source() != null && request.source().port() != 0)) {
            return Finding.none(Reason.UNSUPPORTED);
        }
        InetAddress self = self(container, request);
        Endpoint destination = destination(request.destination(), self);
        if (destination == null) {
            return Finding.none(Reason.NO_LISTENER);
        }
        return backend(container, request.family(), self, destination);
    }

    /**
     * The same for what is known to be the destination, whatever was asked for.
     *
     * @param self the container's address; null if it has none that would do
     */
    Finding backend(Container container, int family, @Nullable InetAddress self, Endpoint destination) {
        Resolution resolution = resolver.resolve(destination.address());
        if (!(resolution instanceof Resolution.OnHost found)) {
            return Finding.none(reason((Resolution.Nowhere) resolution));
        }
        if (self == null) {
            return Finding.none(Reason.NOT_IDENTIFIED);
        }
        Route route = new Route(container, family, self, destination, found.host());
        PolicyVerdict verdict = policy.decide(
                new ConnectionRequest(Side.CLIENT, self, config.hostAddress(), route.destination(), route.host()));
        rates.met(container, verdict.containerRate());
        return verdict.bypass() ? new Finding(route, Reason.NONE, verdict.sendRate()) : Finding.none(Reason.POLICY);
    }

    /**
     * Where this connection goes: what the application asked for, or one of those behind it; null if there is none. The shim
     * goes on to show what was asked for.
     */
    private @Nullable Endpoint destination(Endpoint asked, @Nullable InetAddress self) {
        VirtualEndpoint virtual = self == null ? null : resolver.virtual(asked).orElse(null);
        return virtual == null ? asked : virtual.choose(self);
    }

    private static Reason reason(Resolution.Nowhere nowhere) {
        return switch (nowhere) {
            case NOT_OVERLAY -> Reason.NOT_OVERLAY;
            case UNKNOWN -> Reason.UNKNOWN_ADDRESS;
            case ENCRYPTED -> Reason.ENCRYPTED;
        };
    }

    /** The address it has bound, if that is its own, or else the one that fits best. */
    private @Nullable InetAddress self(Container container, Connect request) {
        if (request.source() != null && !request.source().address().isAnyLocalAddress()) {
            InetAddress bound = request.source().address();
            return containers.owns(container, bound) ? bound : null;
        }
        return containers.addresses(container).nearest(request.destination().address());
    }

    /** Whether what was found before would be found again. */
    boolean isAllowed(Pair pair) {
        return resolver.resolve(pair.destination().address()).isOn(pair.host())
                && containers.owns(pair.container(), pair.client())
                && policyAllows(pair);
    }

    private boolean policyAllows(Pair pair) {
        PolicyVerdict verdict = policy.decide(new ConnectionRequest(
                Side.CLIENT, pair.client(), config.hostAddress(), pair.destination(), pair.host()));
        rates.met(pair.container(), verdict.containerRate());
        return verdict.bypass();
    }

    /** Whether the destination of a route is still where it was. */
    boolean isStillValid(Route route) {
        return resolver.resolve(route.destination().address()).isOn(route.host());
    }
}
