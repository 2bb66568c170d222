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
import io.slim.router.control.GrantOffer;
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
import io.slim.router.proof.Pair;
import io.slim.router.proof.Proofs;
import io.slim.router.protocol.ShimAnswer.ConnectAnswer;
import io.slim.router.protocol.ShimRequest.Connect;
import io.slim.router.resolver.Resolving;
import io.slim.router.secure.SecureMode;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
    private final Proofs proofs;
    private final Trials trials;
    private final Grants grants;
    private final GrantSource source;
    private final Counters counters;
    private final Verdicts verdicts;
    private final Ways ways;
    private final Withholding withholding;
    private final RouteFinder routes;
    private final RareLog rareLog = new RareLog(LOG);
    private final NegativeCache negative = new NegativeCache(System::nanoTime, this::forgotten);
    private final Map<Key, List<Asked>> asking = new HashMap<>();
    private final List<Subscription> changes = new ArrayList<>();

    private record Key(Container container, Endpoint destination) {}

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
            Proofs proofs,
            Trials trials,
            Grants grants,
            GrantSource source,
            Ways ways,
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
        this.proofs = proofs;
        this.trials = trials;
        this.grants = grants;
        this.source = source;
        this.ways = ways;
        this.withholding = withholding;
        this.counters = counters;
        this.verdicts = verdicts;
        this.routes = new RouteFinder(config, resolver, policy, containers);
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
            negative.forgetContainer(container);
            ways.drop(way -> way.container() == container, false);
        });
        withholding.onWithheld(container -> {
            negative.forgetContainer(container);
            ways.drop(way -> way.container() == container, false);
        });
        changes.add(resolver.onChange(() -> loop.executeIfOpen(this::resolverChanged)));
        changes.add(policy.onChange(() -> loop.executeIfOpen(this::policyChanged)));
        trials.start();
        ways.start();
        Runnable unused = loop.repeat(negative::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    private final class PeerNews implements PeerObserver {
        @Override
        public void peerChanged(InetAddress host) {
            negative.forgetHost(host);
        }

        @Override
        public void peerAnswersAgain(InetAddress host) {
            negative.forgetHost(host);
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
        negative.forgetDestinations(endpoints);
        ways.drop(way -> way.host().equals(host) && endpoints.contains(way.destination()), !offered);
    }

    private void revoked(InetAddress host, Collection<Integer> ids) {
        ways.drop(way -> way.host().equals(host) && ids.contains(way.grantId()), true);
    }

    private void resolverChanged() {
        negative.forgetAll();
        ways.drop(way -> !resolver.resolve(way.destination().address()).isOn(way.host()), false);
        containers.expireAll();
    }

    private void policyChanged() {
        negative.forgetAll();
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
        Reason refusal = route == null ? finding.reason() : refusal(route, request);
        if (route == null || refusal != null) {
            asked.overlay(refusal == null ? Reason.INTERNAL : refusal);
            return;
        }
        Way known = ways.get(container, request.destination());
        if (known != null && known.pair().equals(pair(route)) && ways.leads(known)) {
            lead(asked, known);
        } else {
            await(asked, route, finding.sendRate());
        }
    }

    private static Pair pair(Route route) {
        return new Pair(route.container(), route.self(), route.destination(), route.host());
    }

    private @Nullable Reason refusal(Route route, Connect request) {
        Container container = route.container();
        if (container.confined() == null) {
            return Reason.NOT_IDENTIFIED;
        }
        if (container.withheld() != null) {
            return Reason.CAPABILITY;
        }
        if (!route.destination().equals(request.destination())) {
            // A virtual endpoint: the kernel knows one backend of a destination, and the choice is to be made per
            // connection.
            return Reason.UNSUPPORTED;
        }
        // The kernel has one name for the container's end of a way.
        InetAddress usual =
                containers.addresses(container).nearest(route.destination().address());
        if (!route.self().equals(usual)) {
            return Reason.UNSUPPORTED;
        }
        Reason reason = negative.get(container, route.destination());
        if (reason != null) {
            counters.add(Counter.NEGATIVE_HITS);
        }
        return reason;
    }

    /** Who asks for what others have asked for gets their answer. */
    private void await(Asked asked, Route route, long sendRate) {
        asked.waits();
        Key key = new Key(route.container(), route.destination());
        List<Asked> others = asking.get(key);
        if (others != null) {
            others.add(asked);
            return;
        }
        asking.put(key, new ArrayList<>(List.of(asked)));
        Pair pair = pair(route);
        proofs.require(pair, proof -> {
            if (proof == Reason.TIMEOUT) {
                // It is still being found out: nothing has been learnt that the next connect should believe.
                take(pair).forEach(waiting -> waiting.overlay(proof));
            } else if (proof != Reason.NONE) {
                refused(pair, proof);
            } else {
                trials.require(pair.host(), trial -> {
                    if (trial != Reason.NONE) {
                        refused(pair, trial);
                    } else {
                        askForGrant(pair, sendRate);
                    }
                });
            }
        });
    }

    private void askForGrant(Pair pair, long sendRate) {
        long askedNanos = System.nanoTime();
        source.ask(pair, (reason, offer) -> {
            if (offer == null) {
                refused(pair, reason);
            } else {
                granted(pair, sendRate, offer, askedNanos);
            }
        });
    }

    /** While others were asked, the policy or the resolver may have changed, or the container have left. */
    private void granted(Pair pair, long sendRate, GrantOffer offer, long askedNanos) {
        if (!routes.isAllowed(pair)) {
            refused(pair, Reason.POLICY);
            return;
        }
        Way way = ways.add(pair, sendRate, offer, askedNanos);
        if (way == null) {
            rareLog.warn("room", "{} stays on the overlay: the kernel has no room for the way there", pair);
            refused(pair, Reason.LIMIT);
            return;
        }
        take(pair).forEach(asked -> lead(asked, way));
    }

    private List<Asked> take(Pair pair) {
        List<Asked> waiting = asking.remove(new Key(pair.container(), pair.destination()));
        return waiting == null ? List.of() : waiting;
    }

    private void refused(Pair pair, Reason reason) {
        if (reason == Reason.NO_PROOF) {
            proofs.doubt(pair);
        }
        Way outdated = ways.get(pair.container(), pair.destination());
        if (outdated != null) {
            ways.drop(way -> way == outdated, false);
        }
        ConfinedContainer confined = pair.container().confined();
        if (confined != null) {
            negative.remember(pair.container(), pair.destination(), pair.host(), reason)
                    .ifPresent(until -> {
                        boolean unused = secure.confinement().putOverlay(confined, pair.destination(), until);
                    });
        }
        take(pair).forEach(asked -> asked.overlay(reason));
    }

    /** A refusal that the kernel was told of holds no longer. */
    private void forgotten(Container container, Endpoint destination) {
        ConfinedContainer confined = container.confined();
        if (confined != null && ways.get(container, destination) == null) {
            secure.confinement().removeDestination(confined, destination);
        }
    }

    private void lead(Asked asked, Way way) {
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
                    asked.known(sameHost, socket.descriptor());
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
    }
}
