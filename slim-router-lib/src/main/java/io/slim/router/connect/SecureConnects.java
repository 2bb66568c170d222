package io.slim.router.connect;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.Subscription;
import io.slim.api.event.Reason;
import io.slim.router.capability.Withholding;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.HostSocket;
import io.slim.router.confine.SocketCallback;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.control.PeerObserver;
import io.slim.router.control.Peers;
import io.slim.router.grant.Grants;
import io.slim.router.grant.Revocation;
import io.slim.router.listen.ListenService;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.RareLog;
import io.slim.router.policy.PolicyCheck;
import io.slim.router.protocol.ShimAnswer.ConnectAnswer;
import io.slim.router.protocol.ShimRequest.Connect;
import io.slim.router.resolver.Resolving;
import io.slim.router.secure.SecureMode;
import io.slim.router.sys.Descriptors;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers CONNECT in secure mode. Only the event loop touches it.
 *
 * <p>Shims ask when the kernel does not know a destination. Then all that a way needs is found out: where the destination
 * lives (by the local resolver, never by a peer's word), whether policy, overlay and network allow it, and the grant of its
 * router; and the kernel is told, so that the next connections ask nobody. Refusals are told to the kernel, too, for a while.
 */
public final class SecureConnects implements Connects {

    private static final Logger LOG = LoggerFactory.getLogger(SecureConnects.class);

    private static final long SWEEP_SECONDS = 5;

    private final RouterConfig config;
    private final RouterLoop loop;
    private final SecureMode secure;
    private final Containers containers;
    private final ListenService listeners;
    private final Peers peers;
    private final Resolving resolver;
    private final PolicyCheck policy;
    private final Trials trials;
    private final Grants grants;
    private final Counters counters;
    private final Verdicts verdicts;
    private final Ways ways;
    private final WaySearch search;
    private final Virtuals virtuals;
    private final Withholding withholding;
    private final RouteFinder routes;
    private final RareLog rareLog = new RareLog(LOG);
    private final List<Subscription> changes = new ArrayList<>();
    private Runnable sweeping = () -> {};

    @Inject
    SecureConnects(
            RouterConfig config,
            RouterLoop loop,
            SecureMode secure,
            Resolving resolver,
            PolicyCheck policy,
            Containers containers,
            ListenService listeners,
            Peers peers,
            Trials trials,
            Grants grants,
            Ways ways,
            WaySearch search,
            Virtuals virtuals,
            RouteFinder routes,
            Withholding withholding,
            Counters counters,
            Verdicts verdicts) {
        this.config = config;
        this.loop = loop;
        this.secure = secure;
        this.resolver = resolver;
        this.policy = policy;
        this.containers = containers;
        this.listeners = listeners;
        this.peers = peers;
        this.trials = trials;
        this.grants = grants;
        this.ways = ways;
        this.search = search;
        this.virtuals = virtuals;
        this.routes = routes;
        this.withholding = withholding;
        this.counters = counters;
        this.verdicts = verdicts;
    }

    @Override
    public void start() {
        listeners.observe((addresses, port, offered) -> endpointsChanged(
                config.hostAddress(),
                addresses.stream().map(address -> new Endpoint(address, port)).toList(),
                offered));
        peers.observe(new PeerNews());
        grants.observe((host, ids) -> {
            if (host.equals(config.hostAddress())) {
                revoked(host, ids);
            }
        });
        containers.onDeparture(container -> {
            search.negative().forgetContainer(container);
            ways.drop(way -> way.container() == container, false);
        });
        withholding.onChange(container -> {
            search.negative().forgetContainer(container);
            ways.drop(way -> way.container() == container, false);
        });
        changes.add(resolver.onChange(() -> loop.executeIfOpen(this::resolverChanged)));
        changes.add(policy.onChange(() -> loop.executeIfOpen(this::policyChanged)));
        trials.start();
        virtuals.start();
        ways.start();
        sweeping = loop.repeat(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    private void sweep() {
        search.negative().sweep();
        virtuals.sweep();
    }

    private final class PeerNews implements PeerObserver {
        @Override
        public void peerChanged(InetAddress host) {
            search.negative().forgetHost(host);
        }

        @Override
        public void peerAnswersAgain(InetAddress host) {
            search.negative().forgetHost(host);
        }

        @Override
        public void connected(InetAddress host) {
            ways.connected(host);
        }

        @Override
        public void lost(InetAddress host, boolean silent) {
            if (silent) {
                ways.silent(host);
            }
        }

        @Override
        public void listenersChanged(InetAddress host, List<Endpoint> endpoints, boolean offered) {
            endpointsChanged(host, endpoints, offered);
        }

        @Override
        public void grantsRevoked(InetAddress host, Collection<Integer> ids) {
            revoked(host, ids);
        }
    }

    private void endpointsChanged(InetAddress host, List<Endpoint> endpoints, boolean offered) {
        search.negative().forgetDestinations(endpoints);
        ways.drop(way -> way.host().equals(host) && endpoints.contains(way.destination()), !offered);
    }

    /**
     * What was made with them ends on the server. Not so a connection whose last packet of the handshake came after the grant was
     * gone: to the client it stands, and nobody would ever answer.
     */
    private void revoked(InetAddress host, Collection<Integer> ids) {
        int unused = ways.end(way -> way.host().equals(host) && ids.contains(way.grantId()));
    }

    private void resolverChanged() {
        search.negative().forgetAll();
        ways.drop(way -> !resolver.resolve(way.destination().address()).isOn(way.host()), false);
        virtuals.resolverChanged();
        containers.expireAll();
        int ended = ways.end(way -> !containers.owns(way.container(), way.pair().client()));
        if (ended > 0) {
            LOG.info("{} ways past the overlay are closed: their containers have lost their addresses", ended);
        }
    }

    private void policyChanged() {
        search.negative().forgetAll();
        virtuals.askAgain();
        int ended = ways.end(way -> !routes.isAllowed(way.pair()));
        if (ended > 0) {
            LOG.info("{} ways past the overlay are closed by the new policy", ended);
        }
    }

    /** What goes this way is ended, and has to be asked for anew. Returns how many ways there were. */
    public int revoke(Revocation which) {
        return ways.end(
                way -> which.isOf(way.container().name(), way.host(), way.pair().client(), way.destination()));
    }

    /** How many ways past the overlay the kernel knows by this router. */
    public int ways() {
        return ways.size();
    }

    /**
     * Tells how many connections the kernel has let through to each destination, and each virtual endpoint, that it knows; of a thousand of both at
     * most.
     */
    public void connects(ObjLongConsumer<Endpoint> visitor) {
        ways.connects(visitor);
        virtuals.connects(visitor);
    }

    @Override
    public void connect(Container container, Connect request, Consumer<ConnectAnswer> callback) {
        Asked asked = new Asked(loop, config.times().connectDeadline(), verdicts, container, request, callback);
        if (container.connects() >= config.limits().connectsPerContainer()) {
            rareLog.warn(
                    "connects " + container,
                    "{}: connect to {} takes the overlay: {} others are being decided",
                    container,
                    request.destination(),
                    container.connects());
            asked.overlay(Reason.LIMIT);
            return;
        }
        RouteFinder.Finding finding = routes.find(container, request);
        Route route = finding.route();
        Reason refusal = route == null ? finding.reason() : refusal(route);
        if (route == null || refusal != null) {
            asked.overlay(refusal == null ? Reason.INTERNAL : refusal);
            return;
        }
        search.find(route, finding.sendRate(), new WaySearch.Waiting() {
            @Override
            public void found(Way way) {
                lead(asked, way);
            }

            @Override
            public void none(Reason why) {
                asked.overlay(why);
            }
        });
        // A way that the kernel knows already has been taken by now.
        asked.waits();
    }

    private @Nullable Reason refusal(Route route) {
        Container container = route.container();
        if (container.confined() == null) {
            return Reason.NOT_IDENTIFIED;
        }
        if (container.withheld() != null) {
            return Reason.CAPABILITY;
        }
        // The kernel has one name for the container's end of a way.
        InetAddress usual =
                containers.addresses(container).nearest(route.destination().address());
        if (!route.self().equals(usual)) {
            return Reason.UNSUPPORTED;
        }
        Reason reason = search.negative().get(container, route.destination());
        if (reason != null) {
            counters.add(Counter.NEGATIVE_HITS);
        }
        return reason;
    }

    private void lead(Asked asked, Way way) {
        if (asked.container().withheld() != null) {
            asked.overlay(Reason.CAPABILITY);
            return;
        }
        Endpoint wanted = asked.request().destination();
        if (!wanted.equals(way.destination())
                && !virtuals.found(asked.container(), asked.request().family(), wanted, way)) {
            asked.overlay(Reason.LIMIT);
            return;
        }
        boolean sameHost = way.host().equals(config.hostAddress());
        ConfinedContainer confined = asked.container().confined();
        if (confined == null) {
            asked.overlay(Reason.NOT_IDENTIFIED);
        } else if (!asked.request().needsSocket()) {
            asked.known(sameHost, null);
        } else {
            asked.waits();
            secure.confinement().clientSocket(confined, asked.request().family(), new SocketCallback() {
                @Override
                public void made(HostSocket socket) {
                    if (asked.container().withheld() == null) {
                        asked.known(sameHost, socket.descriptor());
                    } else {
                        Descriptors.close(socket.descriptor());
                        asked.overlay(Reason.CAPABILITY);
                    }
                }

                @Override
                public void failed(IOException why) {
                    rareLog.warn(
                            "socket " + asked.container(),
                            "{}: no host socket, its connection takes the overlay: {}",
                            asked.container(),
                            why.getMessage());
                    asked.overlay(Reason.LIMIT);
                }
            });
        }
    }

    @Override
    public void close() {
        changes.forEach(Subscription::close);
        sweeping.run();
        ways.close();
    }
}
