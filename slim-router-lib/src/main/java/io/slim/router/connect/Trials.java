package io.slim.router.connect;

import io.netty.channel.unix.FileDescriptor;
import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.HostSocket;
import io.slim.router.confine.SocketCallback;
import io.slim.router.confine.Target;
import io.slim.router.control.GrantCallback;
import io.slim.router.control.GrantOffer;
import io.slim.router.control.PeerObserver;
import io.slim.router.control.Peers;
import io.slim.router.grant.TrialListener;
import io.slim.router.loop.RouterLoop;
import io.slim.router.loop.Watch;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.RareLog;
import io.slim.router.secure.SecureMode;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.SystemCallException;
import io.slim.router.sys.TcpSockets;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, once for each host, whether a connection with a grant arrives there: a router connects to the other one as its
 * containers will. What stands between them may take the TCP option out or change addresses; the connections of containers
 * would then wait in vain, so that host is not bypassed. Only the event loop touches it.
 */
final class Trials {

    private static final Logger LOG = LoggerFactory.getLogger(Trials.class);

    /** In this time the kernel sends the SYN twice. */
    private static final long PATIENCE_MILLIS = 1500;

    private static final long FAILURE_HOLDS_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final RouterConfig config;
    private final RouterLoop loop;
    private final SecureMode secure;
    private final Peers peers;
    private final Heartbeats heartbeats;
    private final TrialListener listener;
    private final Counters counters;
    private final RareLog rareLog = new RareLog(LOG);
    private final TcpSockets sockets = new TcpSockets();
    private final Map<InetAddress, Trial> trials = new HashMap<>();

    @Inject
    Trials(
            RouterConfig config,
            RouterLoop loop,
            SecureMode secure,
            Peers peers,
            Heartbeats heartbeats,
            TrialListener listener,
            Counters counters) {
        this.config = config;
        this.loop = loop;
        this.secure = secure;
        this.peers = peers;
        this.heartbeats = heartbeats;
        this.listener = listener;
        this.counters = counters;
    }

    /** Starts to listen to what makes knowledge stale, and tries this host itself: what all trials need is there then, and loaded. */
    void start() {
        new Trial(config.hostAddress()).start();
        peers.observe(new PeerObserver() {
            @Override
            public void peerChanged(InetAddress host) {
                trials.computeIfPresent(host, (key, trial) -> trial.hasFailed() ? null : trial);
            }

            @Override
            public void peerAnswersAgain(InetAddress host) {
                // The network is what it was.
            }

            @Override
            public void listenersChanged(InetAddress host, List<Endpoint> endpoints, boolean offered) {
                // The same.
            }

            @Override
            public void lost(InetAddress host, boolean silent) {
                trials.computeIfPresent(host, (key, trial) -> trial.isOver() ? null : trial);
            }
        });
    }

    /**
     * Tells whether connections to a host get through.
     *
     * @param decided gets {@link Reason#NONE} if they do; possibly before this method returns
     */
    void require(InetAddress host, Consumer<Reason> decided) {
        if (host.equals(config.hostAddress())) {
            decided.accept(Reason.NONE);
            return;
        }
        Trial trial = trials.get(host);
        if (trial != null && trial.isOutdated()) {
            trial = null;
        }
        if (trial != null && trial.isOver()) {
            decided.accept(trial.outcome);
            return;
        }
        if (trial != null) {
            trial.waiting.add(decided);
            return;
        }
        trial = new Trial(host);
        trial.waiting.add(decided);
        trials.put(host, trial);
        trial.start();
    }

    private final class Trial {

        private final InetAddress host;
        private final List<Consumer<Reason>> waiting = new ArrayList<>();
        private final long startNanos = System.nanoTime();
        private @Nullable Reason outcome;
        private @Nullable Endpoint destination;
        private @Nullable FileDescriptor socket;
        private @Nullable Watch watch;

        Trial(InetAddress host) {
            this.host = host;
        }

        boolean isOver() {
            return outcome != null;
        }

        boolean hasFailed() {
            return outcome != null && outcome != Reason.NONE;
        }

        boolean isOutdated() {
            return hasFailed() && System.nanoTime() - startNanos > FAILURE_HOLDS_NANOS;
        }

        void start() {
            loop.schedule(
                    () -> failed("no connection within " + PATIENCE_MILLIS + " ms"),
                    PATIENCE_MILLIS,
                    TimeUnit.MILLISECONDS);
            GrantCallback answer = (reason, offer) -> {
                if (offer == null) {
                    unknown(reason);
                } else {
                    granted(offer);
                }
            };
            if (host.equals(config.hostAddress())) {
                listener.request(host, answer);
            } else {
                peers.requestTrial(host, answer);
            }
        }

        private void granted(GrantOffer offer) {
            destination = new Endpoint(host, offer.shadowPort());
            long until = startNanos + TimeUnit.MILLISECONDS.toNanos(2 * PATIENCE_MILLIS);
            int index = heartbeats.begin(host);
            if (index == Heartbeats.NONE) {
                unknown(Reason.LIMIT);
                return;
            }
            Target target = new Target(
                    host, offer.shadowPort(), offer.id(), offer.key(), config.hostAddress(), index, until, 0);
            try {
                ConfinedContainer own = secure.own();
                if (!secure.confinement().putDestination(own, destination, target)) {
                    unknown(Reason.LIMIT);
                    return;
                }
                int family = host instanceof Inet4Address ? 4 : 6;
                secure.confinement().clientSocket(own, family, new SocketCallback() {
                    @Override
                    public void made(HostSocket made) {
                        connect(made.descriptor(), family);
                    }

                    @Override
                    public void failed(IOException why) {
                        rareLog.warn("socket", "no socket to try host {}: {}", host.getHostAddress(), why.getMessage());
                        unknown(Reason.INTERNAL);
                    }
                });
            } catch (IOException e) {
                rareLog.warn("own", "host {} cannot be tried: {}", host.getHostAddress(), e.getMessage());
                unknown(Reason.INTERNAL);
            }
        }

        private void connect(FileDescriptor made, int family) {
            if (isOver() || destination == null) {
                Descriptors.close(made);
                return;
            }
            socket = made;
            try {
                sockets.connect(made, family, destination);
                watch = loop.watch(made, this::look);
            } catch (SystemCallException e) {
                failed(String.valueOf(e.getMessage()));
            }
        }

        private void look() {
            try {
                if (socket != null && sockets.hasAnswer(socket)) {
                    end(Reason.NONE);
                    LOG.debug(
                            "connections to host {} get through, after {} us",
                            host.getHostAddress(),
                            TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startNanos));
                }
            } catch (SystemCallException e) {
                failed(String.valueOf(e.getMessage()));
            }
        }

        private void failed(String why) {
            if (!isOver()) {
                counters.add(Counter.TRIALS_FAILED);
                LOG.warn(
                        "a trial connection to host {} does not get through ({}): its containers are reached over the overlay."
                                + " Something between the hosts may drop TCP options (kind 254), translate addresses, or"
                                + " block the listen ports; tried again in {} s",
                        host.getHostAddress(),
                        why,
                        TimeUnit.NANOSECONDS.toSeconds(FAILURE_HOLDS_NANOS));
                end(Reason.UNSUPPORTED);
            }
        }

        /** It could not be tried; the next one may try again. */
        private void unknown(Reason reason) {
            if (!isOver()) {
                trials.remove(host, this);
                end(reason);
            }
        }

        private void forget() {
            try {
                if (destination != null) {
                    secure.confinement().removeDestination(secure.own(), destination);
                }
            } catch (IOException e) {
                LOG.debug("it expires by itself", e);
            }
        }

        private void end(Reason reason) {
            if (isOver()) {
                return;
            }
            outcome = reason;
            forget();
            if (watch != null) {
                watch.close();
            }
            if (socket != null) {
                Descriptors.close(socket);
                socket = null;
            }
            List<Consumer<Reason>> told = List.copyOf(waiting);
            waiting.clear();
            told.forEach(waiter -> waiter.accept(reason));
        }
    }
}
