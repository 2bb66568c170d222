package io.slim.router.proof;

import io.slim.api.RouterConfig;
import io.slim.api.event.Reason;
import io.slim.router.control.Peers;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.RareLog;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The attempts at proofs that are on their way. Bounded. Only the event loop touches it. */
public final class Probes {

    private static final Logger LOG = LoggerFactory.getLogger(Probes.class);
    private static final int MOST = 256;

    private final RouterConfig config;
    private final ProofSettings settings;
    private final RouterLoop loop;
    private final Peers peers;
    private final Witness witness;
    private final NamespaceVisits visits;
    private final RareLog rareLog = new RareLog(LOG);
    /** Those of which the number is known. */
    private final Map<Key, Probe> numbered = new HashMap<>();

    private int underWay;

    private record Key(InetAddress host, long number) {}

    @Inject
    Probes(
            RouterConfig config,
            ProofSettings settings,
            RouterLoop loop,
            Peers peers,
            Witness witness,
            NamespaceVisits visits) {
        this.config = config;
        this.settings = settings;
        this.loop = loop;
        this.peers = peers;
        this.witness = witness;
        this.visits = visits;
    }

    /** One more; to be started when it is known to those who may end it. */
    Probe prepare(Pair pair, Consumer<Probe.Outcome> done) {
        underWay++;
        return new Probe(pair, loop, (probe, outcome) -> {
            underWay--;
            numbered.remove(key(probe));
            done.accept(outcome);
        });
    }

    /** Starts it; it may have ended when this returns. */
    void start(Probe probe) {
        Pair pair = probe.pair();
        if (underWay > MOST) {
            rareLog.warn("full", "{} is not proved: {} others are being proved", pair, MOST);
            probe.end(Reason.LIMIT, "too many others");
            return;
        }
        probe.start(settings, visits);
        if (probe.hasEnded()) {
            return; // Nobody is to look out for what will never be sent.
        }
        if (pair.host().equals(config.hostAddress())) {
            witness.open(
                    pair.host(),
                    pair.client(),
                    pair.destination(),
                    (reason, number, sequence) -> answered(probe, reason, number, sequence),
                    (number, validMillis) -> seen(pair.host(), number, validMillis));
        } else {
            peers.openProof(
                    pair.host(),
                    pair.client(),
                    pair.destination(),
                    Probe.SEND_WITHIN_MILLIS,
                    (reason, number, sequence) -> answered(probe, reason, number, sequence));
        }
    }

    private void answered(Probe probe, Reason reason, long number, int sequence) {
        if (number != 0 && !probe.hasEnded()) {
            numbered.put(new Key(probe.pair().host(), number), probe);
        }
        probe.haveNumber(reason, number, sequence);
    }

    /** A peer's router, or this one's own, has seen one arrive. */
    void seen(InetAddress host, long number, int validMillis) {
        Probe probe = numbered.get(new Key(host, number));
        if (probe != null) {
            probe.seen(validMillis);
        }
    }

    private static Key key(Probe probe) {
        return new Key(probe.pair().host(), probe.number());
    }
}
