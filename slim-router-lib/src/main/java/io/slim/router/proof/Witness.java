package io.slim.router.proof;

import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import io.slim.router.announce.Admission;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.control.ProofCallback;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.RareLog;
import io.slim.router.sys.RawTcpSocket;
import io.slim.router.sys.SegmentFilter;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of proofs, which judges: it chooses the number that a probe must carry, and sees for itself whether the
 * probe arrives inside the container that listens. Only the event loop touches it.
 */
public final class Witness {

    private static final Logger LOG = LoggerFactory.getLogger(Witness.class);

    private static final int MOST_OPEN = 512;
    private static final int MOST_OPEN_PER_HOST = 128;
    private static final int MOST_PROOFS = 16_384;
    /** A client's router that is not late sends its probe again and again within this; see {@link Probe}. */
    private static final long PATIENCE_MILLIS = 1500;

    private static final long ENDLESS_NANOS = TimeUnit.DAYS.toNanos(1);

    private final RouterLoop loop;
    private final ProofSettings settings;
    private final Admission admission;
    private final Containers containers;
    private final NamespaceVisits visits;
    private final RareLog rareLog = new RareLog(LOG);
    private final SecureRandom random = new SecureRandom();
    private final Map<Long, Capture> captures = new HashMap<>();
    private final Map<Key, Proof> proofs = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Proof> eldest) {
            return size() > MOST_PROOFS;
        }
    };
    private final List<WitnessObserver> observers = new ArrayList<>();
    private long lastProbe;

    private record Key(InetAddress clientHost, InetAddress client, Endpoint destination) {}

    private record Proof(Container container, long untilNanos) {}

    /** Is told that a probe has arrived. */
    @FunctionalInterface
    public interface Observer {
        /**
         * Called at most once, by the event loop, after the answer.
         *
         * @param probe its number
         * @param validMillis for how long that is a proof here
         */
        void seen(long probe, int validMillis);
    }

    @Inject
    Witness(
            RouterLoop loop,
            ProofSettings settings,
            Admission admission,
            Containers containers,
            NamespaceVisits visits) {
        this.loop = loop;
        this.settings = settings;
        this.admission = admission;
        this.containers = containers;
        this.visits = visits;
    }

    /** Asks to be told of proofs. */
    public void observe(WitnessObserver observer) {
        observers.add(observer);
    }

    /** Starts to listen to what makes knowledge stale. */
    public void start() {
        containers.onDeparture(this::forget);
    }

    /**
     * Whether a client may come without a further proof.
     *
     * @param container that listens
     */
    public boolean knows(InetAddress clientHost, InetAddress client, Endpoint destination, Container container) {
        long now = System.nanoTime();
        return knownUntil(clientHost, client, destination, container, now) - now > 0;
    }

    /** Until when a client may come without a further proof; {@code otherwise} if it may not. */
    public long knownUntil(
            InetAddress clientHost, InetAddress client, Endpoint destination, Container container, long otherwise) {
        if (!settings.isOn()) {
            return System.nanoTime() + ENDLESS_NANOS;
        }
        Proof proof = proofs.get(new Key(clientHost, client, destination));
        return proof != null && proof.container() == container ? proof.untilNanos() : otherwise;
    }

    /**
     * Looks out for a probe.
     *
     * @param clientHost address of the host that asks, which is known and not just claimed
     * @param client overlay address of the container there
     * @param answer gets the number to probe with, when it is looked out for; possibly before this method returns
     */
    public void open(
            InetAddress clientHost, InetAddress client, Endpoint destination, ProofCallback answer, Observer observer) {
        Key key = new Key(clientHost, client, destination);
        Admission.Decision decision = admission.decide(clientHost, client, destination);
        Container container = decision.container();
        if (container == null) {
            answer.answered(decision.reason(), 0, 0);
        } else if (!settings.isOn()) {
            answer.answered(Reason.NONE, 0, 0);
        } else if (client.getAddress().length != destination.address().getAddress().length) {
            answer.answered(Reason.UNSUPPORTED, 0, 0);
        } else if (isFull(clientHost)) {
            rareLog.warn("full", "a probe from {} is not looked out for: too many", clientHost.getHostAddress());
            answer.answered(Reason.LIMIT, 0, 0);
        } else {
            visit(key, container, answer, observer);
        }
    }

    private boolean isFull(InetAddress clientHost) {
        return captures.size() >= MOST_OPEN
                || captures.values().stream()
                                .filter(capture -> capture.key.clientHost().equals(clientHost))
                                .count()
                        >= MOST_OPEN_PER_HOST;
    }

    private void visit(Key key, Container container, ProofCallback answer, Observer observer) {
        int sequence = random.nextInt();
        visits.open(
                container,
                () -> {
                    RedirectedException.check(settings.acceptsRedirects());
                    return RawTcpSocket.open(
                            key.destination().address(),
                            key.client(),
                            SegmentFilter.syn(key.destination().port(), sequence));
                },
                socket -> {
                    Capture capture = new Capture(++lastProbe, key, container, sequence, socket, observer);
                    captures.put(capture.probe, capture);
                    capture.start();
                    answer.answered(Reason.NONE, capture.probe, sequence);
                },
                why -> {
                    rareLog.warn(
                            "visit " + container,
                            "{}: no proof that it can be reached over the overlay: {}",
                            container,
                            why.getMessage());
                    answer.answered(why instanceof RedirectedException ? Reason.NO_PROOF : Reason.INTERNAL, 0, 0);
                });
    }

    /** One socket that looks out for one probe. */
    private final class Capture {
        private final long probe;
        private final Key key;
        private final Container container;
        private final int sequence;
        private final RawTcpSocket socket;
        private final Observer observer;
        private Runnable unwatch = () -> {};

        Capture(long probe, Key key, Container container, int sequence, RawTcpSocket socket, Observer observer) {
            this.probe = probe;
            this.key = key;
            this.container = container;
            this.sequence = sequence;
            this.socket = socket;
            this.observer = observer;
        }

        void start() {
            unwatch = loop.watch(socket.descriptor(), this::look)::close;
            loop.schedule(this::missed, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }

        /** An error that somebody reports about the server's own packets is no news of the client's. */
        private void look() {
            try {
                for (var segment = socket.receive(); segment != null; segment = socket.receive()) {
                    if (segment.isSyn(key.destination().port(), sequence)) {
                        arrived();
                        return;
                    }
                }
            } catch (IOException e) {
                LOG.debug("probe {}", probe, e);
            }
        }

        private void arrived() {
            close();
            proofs.remove(key);
            long until = System.nanoTime() + settings.ttlNanos();
            proofs.put(key, new Proof(container, until));
            observers.forEach(each -> each.proved(key.clientHost(), key.client(), key.destination(), until));
            observer.seen(probe, settings.ttlMillis());
        }

        /**
         * What was proved before holds for the rest of its time: that nothing came may mean as well that nothing was sent. The
         * client's router knows, and ends its own proof if it was.
         */
        private void missed() {
            if (captures.containsKey(probe)) {
                close();
            }
        }

        void close() {
            captures.remove(probe);
            unwatch.run();
            socket.close();
        }
    }

    private void forget(Container container) {
        proofs.values().removeIf(proof -> proof.container() == container);
        List.copyOf(captures.values()).stream()
                .filter(capture -> capture.container == container)
                .forEach(Capture::close);
    }

    /** Looks out for nothing more. */
    public void close() {
        List.copyOf(captures.values()).forEach(Capture::close);
    }
}
