package io.slim.router.announce;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.ConnectionRequest.Side;
import io.slim.api.policy.PolicyVerdict;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.listen.ListenService;
import io.slim.router.listen.Offer;
import io.slim.router.observe.RareLog;
import io.slim.router.policy.PolicyCheck;
import io.slim.router.rate.ContainerRates;
import io.slim.router.resolver.Resolving;
import jakarta.inject.Inject;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides on the server's side who may ask for which listener of this host at all. Only the event loop touches it. */
public final class Admission {

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final RouterConfig config;
    private final Resolving resolver;
    private final PolicyCheck policy;
    private final Containers containers;
    private final ContainerRates rates;
    private final ListenService listeners;
    private final RareLog rareLog = new RareLog(LOG);

    @Inject
    Admission(
            RouterConfig config,
            Resolving resolver,
            PolicyCheck policy,
            Containers containers,
            ContainerRates rates,
            ListenService listeners) {
        this.config = config;
        this.resolver = resolver;
        this.policy = policy;
        this.containers = containers;
        this.rates = rates;
        this.listeners = listeners;
    }

    /**
     * The decision.
     *
     * @param reason {@link Reason#NONE} if the client may come
     * @param container that listens; null if the client may not come
     * @param shadowPort where to, on this host
     * @param shadowId see {@link Offer#shadowId}
     * @param sendRate see {@link PolicyVerdict#sendRate}
     */
    public record Decision(Reason reason, @Nullable Container container, int shadowPort, int shadowId, long sendRate) {}

    /**
     * Decides.
     *
     * @param clientHost address of the host that asks, which is known and not just claimed
     * @param client overlay address of its container
     * @param destination overlay endpoint
     */
    public Decision decide(InetAddress clientHost, InetAddress client, Endpoint destination) {
        if (!resolver.resolve(client).isOn(clientHost)) {
            rareLog.warn(
                    "speaks " + clientHost,
                    "the router of {} asks for a client {}, which does not live there: refused",
                    clientHost.getHostAddress(),
                    client.getHostAddress());
            return refuse(Reason.NOT_IDENTIFIED);
        }
        Container container = containers.owner(destination.address());
        if (container != null && container.withheld() != null) {
            return refuse(Reason.CAPABILITY);
        }
        Offer offer = container == null ? null : listeners.offer(container, destination);
        if (container == null || offer == null) {
            return refuse(Reason.NO_LISTENER);
        }
        PolicyVerdict verdict = verdict(clientHost, client, destination, container);
        return verdict.bypass()
                ? new Decision(Reason.NONE, container, offer.port(), offer.shadowId(), verdict.sendRate())
                : refuse(Reason.POLICY);
    }

    private PolicyVerdict verdict(
            InetAddress clientHost, InetAddress client, Endpoint destination, Container container) {
        PolicyVerdict verdict = policy.decide(
                new ConnectionRequest(Side.SERVER, client, clientHost, destination, config.hostAddress()));
        rates.met(container, verdict.containerRate());
        return verdict;
    }

    /** Whether what was decided before would be decided again, whatever its listener does. */
    public boolean isAllowed(InetAddress clientHost, InetAddress client, Endpoint destination, Container container) {
        return resolver.resolve(client).isOn(clientHost)
                && containers.owns(container, destination.address())
                && verdict(clientHost, client, destination, container).bypass();
    }

    private static Decision refuse(Reason reason) {
        return new Decision(reason, null, 0, 0, 0);
    }
}
