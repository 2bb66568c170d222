package io.slim.router.connect;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.Subscription;
import io.slim.api.event.Reason;
import io.slim.router.announce.Announcements;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.control.PeerObserver;
import io.slim.router.control.Peers;
import io.slim.router.listen.ListenService;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.RareLog;
import io.slim.router.policy.PolicyCheck;
import io.slim.router.proof.Pair;
import io.slim.router.proof.Proofs;
import io.slim.router.protocol.ShimAnswer.ConnectAnswer;
import io.slim.router.protocol.ShimRequest.Connect;
import io.slim.router.resolver.Resolving;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.HostSockets;
import io.slim.router.sys.HostSockets.Bound;
import io.slim.router.sys.SystemCallException;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers CONNECT in non-secure mode. Only the event loop touches it.
 *
 * <p>A host socket is bound here, announced to the router of the destination's host, and handed out only after that has
 * accepted: when the connection arrives there, the listener's container knows who it is. Where to connect to is the local
 * resolver's host and the peer's port: a peer cannot aim a socket at another host.
 */
public final class ConnectService implements Connects {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectService.class);
    private static final long SWEEP_SECONDS = 5;

    private final RouterConfig config;
    private final RouterLoop loop;
    private final Containers containers;
    private final ListenService listeners;
    private final Announcements announcements;
    private final Peers peers;
    private final Resolving resolver;
    private final PolicyCheck policy;
    private final Proofs proofs;
    private final Counters counters;
    private final Verdicts verdicts;
    private final RouteFinder routes;
    private final RareLog rareLog = new RareLog(LOG);
    private final HostSockets sockets = new HostSockets();
    private final NegativeCache negative = new NegativeCache(System::nanoTime);
    private final ReadySockets ready;
    private final List<Subscription> changes = new ArrayList<>();

    @Inject
    ConnectService(
            RouterConfig config,
            RouterLoop loop,
            Resolving resolver,
            PolicyCheck policy,
            Containers containers,
            ListenService listeners,
            Announcements announcements,
            Peers peers,
            Proofs proofs,
            Counters counters,
            Verdicts verdicts,
            RouteFinder routes) {
        this.config = config;
        this.loop = loop;
        this.resolver = resolver;
        this.policy = policy;
        this.containers = containers;
        this.listeners = listeners;
        this.announcements = announcements;
        this.peers = peers;
        this.proofs = proofs;
        this.counters = counters;
        this.verdicts = verdicts;
        this.routes = routes;
        this.ready = new ReadySockets(config.limits().readySockets(), counters, System::nanoTime);
    }

    @Override
    public void start() {
        listeners.observe((addresses, port, offered) -> endpointsChanged(
                addresses.stream().map(address -> new Endpoint(address, port)).toList()));
        peers.observe(new PeerObserver() {
            @Override
            public void peerChanged(InetAddress host) {
                negative.forgetHost(host);
                ready.dropIf(route -> route.host().equals(host));
            }

            @Override
            public void peerAnswersAgain(InetAddress host) {
                negative.forgetHost(host);
            }

            @Override
            public void listenersChanged(InetAddress host, List<Endpoint> endpoints, boolean offered) {
                endpointsChanged(endpoints);
            }
        });
        containers.onDeparture(container -> {
            negative.forgetContainer(container);
            ready.dropContainer(container);
        });
        changes.add(resolver.onChange(() -> loop.executeIfOpen(this::resolverChanged)));
        changes.add(policy.onChange(() -> loop.executeIfOpen(negative::forgetAll)));
        loop.repeat(ready::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    private void endpointsChanged(List<Endpoint> endpoints) {
        negative.forgetDestinations(endpoints);
        ready.dropDestinations(endpoints);
    }

    private void resolverChanged() {
        negative.forgetAll();
        ready.dropIf(route -> !routes.isStillValid(route));
        containers.expireAll();
    }

    @Override
    public void connect(Container container, Connect request, Consumer<ConnectAnswer> callback) {
        long askedNanos = System.nanoTime();
        decide(container, request, answer -> {
            counters.decided(System.nanoTime() - askedNanos);
            callback.accept(answer);
        });
    }

    private void decide(Container container, Connect request, Consumer<ConnectAnswer> callback) {
        if (container.connects() >= config.limits().connectsPerContainer()) {
            rareLog.warn(
                    "connects " + container,
                    "{}: connect to {} takes the overlay: {} others are being decided",
                    container,
                    request.destination(),
                    container.connects());
            callback.accept(overlay(container, request.destination(), Reason.LIMIT));
            return;
        }
        RouteFinder.Finding finding = routes.find(container, request);
        Route route = finding.route();
        Reason known = route == null ? finding.reason() : knownRefusal(route);
        if (route == null || known != null) {
            callback.accept(overlay(container, request.destination(), known == null ? Reason.INTERNAL : known));
        } else {
            proofs.require(pair(route), reason -> proceed(route, finding.sendRate(), reason, callback));
        }
    }

    private static Pair pair(Route route) {
        return new Pair(route.container(), route.self(), route.destination(), route.host());
    }

    private void proceed(Route route, long sendRate, Reason proof, Consumer<ConnectAnswer> callback) {
        if (proof == Reason.TIMEOUT) {
            // It is still being found out: nothing has been learnt that the next connect should believe.
            callback.accept(overlay(route.container(), route.destination(), proof));
        } else if (proof != Reason.NONE) {
            callback.accept(refused(route, proof));
        } else if (route.host().equals(config.hostAddress())) {
            callback.accept(local(route, sendRate));
        } else {
            remote(route, sendRate, callback);
        }
    }

    private @Nullable Reason knownRefusal(Route route) {
        Reason reason = negative.get(route.container(), route.destination());
        if (reason != null) {
            counters.add(Counter.NEGATIVE_HITS);
        }
        return reason;
    }

    private ConnectAnswer local(Route route, long sendRate) {
        Bound socket = bind(route);
        if (socket == null) {
            return refused(route, Reason.INTERNAL);
        }
        Announcements.Answer answer =
                announcements.announce(config.hostAddress(), socket.port(), route.self(), route.destination());
        if (answer.reason() != Reason.NONE) {
            Descriptors.close(socket.descriptor());
            return refused(route, answer.reason());
        }
        return host(route, socket, answer.shadowPort(), SendRate.lower(sendRate, answer.sendRate()));
    }

    private void remote(Route route, long sendRate, Consumer<ConnectAnswer> callback) {
        ReadySockets.Ready early = ready.take(route);
        if (early != null) {
            counters.add(Counter.READY_SOCKETS_USED);
            callback.accept(
                    host(route, early.socket(), early.shadowPort(), SendRate.lower(sendRate, early.sendRate())));
            refill(route);
            return;
        }
        Bound socket = bind(route);
        if (socket == null) {
            callback.accept(refused(route, Reason.INTERNAL));
            return;
        }
        route.container().addConnects(1);
        peers.announce(
                route.host(), route.self(), socket.port(), route.destination(), (reason, shadowPort, peersRate) -> {
                    route.container().addConnects(-1);
                    if (reason != Reason.NONE) {
                        Descriptors.close(socket.descriptor());
                        callback.accept(refused(route, reason));
                    } else {
                        callback.accept(host(route, socket, shadowPort, SendRate.lower(sendRate, peersRate)));
                        refill(route);
                    }
                });
    }

    /** Makes sockets for the next connects; the answer to this one is on its way already. */
    private void refill(Route route) {
        for (int missing = ready.missing(route); missing > 0; missing--) {
            Bound socket = bind(route);
            if (socket == null) {
                return;
            }
            ready.coming(route);
            peers.announce(
                    route.host(), route.self(), socket.port(), route.destination(), (reason, shadowPort, peersRate) -> {
                        if (reason == Reason.NONE) {
                            ready.arrived(route, socket, shadowPort, peersRate);
                        } else {
                            Descriptors.close(socket.descriptor());
                            ready.failed(route);
                        }
                    });
        }
    }

    private @Nullable Bound bind(Route route) {
        try {
            return sockets.forConnect(route.family(), config.hostAddress());
        } catch (SystemCallException e) {
            rareLog.warn("bind", "no host socket for {}: {}", route.container(), e.getMessage());
            return null;
        }
    }

    private ConnectAnswer host(Route route, Bound socket, int shadowPort, long sendRate) {
        if (sendRate > 0 && !pace(socket, sendRate)) {
            Descriptors.close(socket.descriptor());
            return refused(route, Reason.INTERNAL);
        }
        verdicts.decided(route.container(), route.destination(), Reason.NONE);
        return ConnectAnswer.host(
                route.host().equals(config.hostAddress()),
                new Endpoint(route.host(), shadowPort),
                new Endpoint(route.self(), socket.port()),
                socket.descriptor());
    }

    private boolean pace(Bound socket, long sendRate) {
        try {
            sockets.pace(socket.descriptor(), sendRate);
            return true;
        } catch (SystemCallException e) {
            rareLog.warn("pace", "a host socket cannot be limited to {} bytes/s: {}", sendRate, e.getMessage());
            return false;
        }
    }

    private ConnectAnswer refused(Route route, Reason reason) {
        if (reason == Reason.NO_PROOF) {
            proofs.doubt(pair(route));
        }
        negative.put(route.container(), route.destination(), route.host(), reason);
        return overlay(route.container(), route.destination(), reason);
    }

    private ConnectAnswer overlay(Container container, Endpoint destination, Reason reason) {
        return verdicts.overlay(container, destination, reason);
    }

    /** Closes the sockets that were kept ready, too. */
    @Override
    public void close() {
        changes.forEach(Subscription::close);
        ready.close();
    }
}
