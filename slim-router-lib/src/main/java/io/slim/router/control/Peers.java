package io.slim.router.control;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.api.event.RouterEvent.PeerConnected;
import io.slim.api.event.RouterEvent.PeerLost;
import io.slim.api.status.PeerStatus;
import io.slim.router.control.Wire.Announce;
import io.slim.router.control.Wire.GrantRequest;
import io.slim.router.control.Wire.Message;
import io.slim.router.control.Wire.ProofOpen;
import io.slim.router.control.Wire.ProofSeen;
import io.slim.router.loop.Channels;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.Events;
import io.slim.router.observe.RareLog;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routers that this one asks. Dialled when they are first needed. Only the event loop touches it. */
public final class Peers {

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

    private static final int DIAL_MILLIS = 2000;
    private static final long TICK_MILLIS = 1000;
    private static final long SWEEP_MILLIS = 10;
    /** A peer that is down is dialled again for as long after the last question. */
    private static final long INTEREST_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** A peer that was asked nothing for so long is forgotten. */
    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final RouterConfig config;
    private final RouterLoop loop;
    private final RouterHello hello;
    private final ControlSecurity security;
    private final Counters counters;
    private final Events events;
    private final RareLog rareLog = new RareLog(LOG);
    private final Map<InetAddress, PeerLink> links = new HashMap<>();
    private final List<PeerObserver> observers = new ArrayList<>();
    private final Set<Channel> open = new HashSet<>();
    private @Nullable Runnable ticker;
    private boolean sweeping;
    private boolean closed;

    @Inject
    Peers(
            RouterConfig config,
            RouterLoop loop,
            RouterHello hello,
            ControlSecurity security,
            Counters counters,
            Events events) {
        this.config = config;
        this.loop = loop;
        this.hello = hello;
        this.security = security;
        this.counters = counters;
        this.events = events;
    }

    /** Asks to be told what peers say unasked. */
    public void observe(PeerObserver observer) {
        observers.add(observer);
    }

    /**
     * Tells a peer that a client is about to connect.
     *
     * @param host the peer's
     * @param client overlay address of the client's container
     * @param clientPort port of its host socket on this host
     * @param destination overlay endpoint
     * @param callback gets the peer's answer, or why there is none, within the connect deadline; possibly before this
     *     method returns
     */
    public void announce(
            InetAddress host, InetAddress client, int clientPort, Endpoint destination, AnnounceCallback callback) {
        Announce.Builder announce = Announce.newBuilder()
                .setClient(WireAddress.write(client))
                .setClientPort(clientPort)
                .setDestination(WireAddress.write(destination.address()))
                .setDestinationPort(destination.port());
        ask(host, 1, Message.newBuilder().setAnnounce(announce), deadlineNanos(), Replies.announced(callback));
    }

    private long deadlineNanos() {
        return config.times().connectDeadline().toNanos();
    }

    /**
     * Asks a peer to let a client in, now and for a while.
     *
     * @param host the peer's
     * @param client overlay address of the client's container
     * @param destination overlay endpoint
     * @param callback gets the peer's answer, or why there is none, within the connect deadline; possibly before this
     *     method returns
     */
    public void requestGrant(InetAddress host, InetAddress client, Endpoint destination, GrantCallback callback) {
        requestGrant(
                host,
                GrantRequest.newBuilder()
                        .setClient(WireAddress.write(client))
                        .setDestination(WireAddress.write(destination.address()))
                        .setDestinationPort(destination.port()),
                callback);
    }

    /** The same for this router itself, which wants to find out if the network between the hosts lets grants through. */
    public void requestTrial(InetAddress host, GrantCallback callback) {
        requestGrant(host, GrantRequest.newBuilder().setTrial(true), callback);
    }

    private void requestGrant(InetAddress host, GrantRequest.Builder request, GrantCallback callback) {
        ask(
                host,
                Version.GRANTS,
                Message.newBuilder().setGrantRequest(request),
                deadlineNanos(),
                Replies.granted(callback));
    }

    /**
     * Tells a peer that the overlay shall prove that it lets a client through.
     *
     * @param host the peer's
     * @param client overlay address of the client's container
     * @param destination overlay endpoint
     * @param patienceMillis for how long an answer is of use
     * @param callback gets the peer's answer, or why there is none, within that time; possibly before this method returns
     */
    public void openProof(
            InetAddress host, InetAddress client, Endpoint destination, long patienceMillis, ProofCallback callback) {
        ProofOpen.Builder open = ProofOpen.newBuilder()
                .setClient(WireAddress.write(client))
                .setDestination(WireAddress.write(destination.address()))
                .setDestinationPort(destination.port());
        ask(
                host,
                1,
                Message.newBuilder().setProofOpen(open),
                TimeUnit.MILLISECONDS.toNanos(patienceMillis),
                Replies.proofOpened(callback));
    }

    /** Whether the peer is connected. */
    public boolean isConnected(InetAddress host) {
        PeerLink link = links.get(host);
        return link != null && link.isConnected();
    }

    /** Time of the last message from a peer; {@code otherwise} if it is not connected. */
    public long lastHeardNanos(InetAddress host, long otherwise) {
        PeerLink link = links.get(host);
        return link == null ? otherwise : link.lastHeardNanos(otherwise);
    }

    private void ask(InetAddress host, int leastVersion, Message.Builder question, long patienceNanos, Reply reply) {
        PeerLink link = links.get(host);
        if (link == null) {
            if (links.size() >= config.limits().peers()) {
                PeerLink.fail(reply, limitReached(host));
                return;
            }
            link = new PeerLink(host, this, config.times().connectDeadline().toNanos());
            links.put(host, link);
            if (ticker == null) {
                ticker = loop.repeat(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
        link.ask(leastVersion, question, patienceNanos, reply);
    }

    Reason limitReached(InetAddress host) {
        counters.add(Counter.CONTROL_LIMIT);
        rareLog.warn("limit", "a request to the router of {} is dropped: too many", host.getHostAddress());
        return Reason.LIMIT;
    }

    void dial(PeerLink link) {
        ChannelFuture connecting = new Bootstrap()
                .group(loop.group())
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, ControlPipeline.UNREAD)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, DIAL_MILLIS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel dialled) {
                        ControlPipeline.build(
                                dialled, security, link.host(), true, new ClientSession(link, hello.message()));
                    }
                })
                .connect(
                        new InetSocketAddress(link.host(), config.controlPort()),
                        new InetSocketAddress(config.hostAddress(), 0));
        Channel channel = connecting.channel();
        open.add(channel);
        channel.closeFuture().addListener(done -> open.remove(channel));
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                open.remove(channel); // One that could not even be made does not tell of its end.
                link.dialFailed(String.valueOf(done.cause().getMessage()));
                if (done.cause() instanceof ConnectTimeoutException || done.cause() instanceof NoRouteToHostException) {
                    observers.forEach(observer -> observer.lost(link.host(), true));
                }
            }
        });
    }

    /** Somebody has something to do then, and not only at the next tick. */
    void tickAfter(long millis) {
        if (!closed) {
            loop.schedule(this::tick, millis, TimeUnit.MILLISECONDS);
        }
    }

    void connected(InetAddress host) {
        LOG.atInfo()
                .addKeyValue("peer", host.getHostAddress())
                .log("connected to the router of {}", host.getHostAddress());
        observers.forEach(observer -> {
            observer.peerChanged(host);
            observer.connected(host);
        });
        events.publish(new PeerConnected(host));
    }

    void down(InetAddress host, String cause, boolean wasUp, boolean wasSilent, boolean causeTold) {
        if (wasUp) {
            counters.add(Counter.PEERS_LOST);
            LOG.atInfo()
                    .addKeyValue("peer", host.getHostAddress())
                    .addKeyValue("cause", cause)
                    .log("lost the router of {}: {}", host.getHostAddress(), cause);
            events.publish(new PeerLost(host, cause));
            observers.forEach(observer -> {
                observer.peerChanged(host);
                observer.lost(host, wasSilent);
            });
        } else if (!closed && !causeTold) {
            rareLog.warn("dial " + host, "the router of {} does not answer: {}", host.getHostAddress(), cause);
        }
    }

    void refused(InetAddress host, Refusal refusal) {
        counters.add(refusal.kind() == Refusal.Kind.MALFORMED ? Counter.CONTROL_MALFORMED : Counter.CONTROL_REFUSED);
        rareLog.warn(
                refusal.kind() + " " + host,
                "the connection to the router of {} is closed: {}",
                host.getHostAddress(),
                refusal.text());
    }

    void answersAgain(InetAddress host) {
        observers.forEach(observer -> observer.peerAnswersAgain(host));
    }

    void listenersChanged(InetAddress host, List<Endpoint> endpoints, boolean offered) {
        observers.forEach(observer -> observer.listenersChanged(host, endpoints, offered));
    }

    void grantsRevoked(InetAddress host, List<Integer> grants) {
        observers.forEach(observer -> observer.grantsRevoked(host, grants));
    }

    void proofSeen(InetAddress host, ProofSeen seen) {
        observers.forEach(observer -> observer.proofSeen(host, seen.getProbe(), seen.getValidMillis()));
    }

    /** Something waits for an answer: deadlines are looked after while that is so, and no longer. */
    void sweepSoon() {
        if (!sweeping) {
            sweeping = true;
            loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        long now = System.nanoTime();
        boolean more = false;
        for (PeerLink link : List.copyOf(links.values())) {
            more |= link.sweep(now);
        }
        if (more) {
            sweepSoon();
        }
    }

    private void tick() {
        long now = System.nanoTime();
        for (PeerLink link : List.copyOf(links.values())) {
            link.tick(now, INTEREST_NANOS);
            if (link.isIdle(now, link.isConnected() ? IDLE_NANOS : INTEREST_NANOS)) {
                links.remove(link.host());
                link.close("nothing to ask");
            }
        }
        if (links.isEmpty() && ticker != null) {
            ticker.run();
            ticker = null;
        }
    }

    /** The peers that are known at present, as operators see them. */
    public List<PeerStatus> status() {
        long now = System.nanoTime();
        return links.values().stream().map(link -> link.status(now)).toList();
    }

    /** Closes all connections to peers. */
    public void close() {
        closed = true;
        List.copyOf(open).forEach(Channels::close);
        if (ticker != null) {
            ticker.run();
            ticker = null;
        }
    }
}
