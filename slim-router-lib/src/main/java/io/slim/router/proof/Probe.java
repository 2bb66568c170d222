package io.slim.router.proof;

import io.slim.api.event.Reason;
import io.slim.router.loop.RouterLoop;
import io.slim.router.sys.TcpSegment;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a proof, seen from the client's side: the server's router is asked for a number and a probe is opened in the
 * client's namespace, at the same time; then the SYN goes out, again and again for a while. It has succeeded when the
 * server's router says that the SYN has arrived, and the server's SYN-ACK has come back: rules may stop either. Only the
 * event loop touches it.
 *
 * <p>To be late is not to be refused: a probe that could not be sent in time says nothing about the overlay.
 */
final class Probe {

    /** When the SYN is sent again, after the first; losing one must not cost much, and losing all must mean something. */
    private static final long[] AGAIN_MILLIS = {15, 50, 120, 250, 450};

    /** And until the answer must be there: the server's router looks out for longer than both together. */
    static final long SEND_WITHIN_MILLIS = 500;

    private static final long ANSWER_WITHIN_MILLIS = 700;

    private final Pair pair;
    private final RouterLoop loop;
    private final BiConsumer<Probe, Outcome> done;
    private final long startNanos = System.nanoTime();
    private @Nullable ProbeSocket socket;
    private boolean opened;
    private boolean sent;
    private long number;
    private int sequence;
    private boolean seen;
    private int validMillis;
    private boolean accepted;
    private boolean ended;

    /**
     * How it went.
     *
     * @param reason {@link Reason#NONE} if it is proved; {@link Reason#NO_PROOF} if the overlay, or a namespace, is against
     *     it; else it could not be found out
     * @param silence whether {@link Reason#NO_PROOF} means only that nothing was heard of it
     * @param why for people
     * @param sinceNanos from when on the proof holds
     * @param validMillis for how long the server's router takes it for one; 0 if it asks for none
     */
    record Outcome(Reason reason, boolean silence, String why, long sinceNanos, int validMillis) {}

    Probe(Pair pair, RouterLoop loop, BiConsumer<Probe, Outcome> done) {
        this.pair = pair;
        this.loop = loop;
        this.done = done;
    }

    Pair pair() {
        return pair;
    }

    /** Number of the probe at the server's router; 0 while it is not known. */
    long number() {
        return number;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Opens it; may have ended when this returns. The server's router need not be asked then. */
    void start(ProofSettings settings, NamespaceVisits visits) {
        visits.open(
                pair.container(),
                () -> {
                    RedirectedException.check(settings.acceptsRedirects());
                    return ProbeSocket.open(pair.client(), pair.destination());
                },
                this::haveSocket,
                why -> end(
                        why instanceof RedirectedException ? Reason.NO_PROOF : Reason.INTERNAL,
                        String.valueOf(why.getMessage())));
        loop.schedule(this::notSent, SEND_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The server's router has answered. */
    void haveNumber(Reason reason, long probe, int chosen) {
        if (reason != Reason.NONE) {
            end(reason, "the router of " + pair.host().getHostAddress() + " says " + reason);
            return;
        }
        opened = true;
        number = probe;
        sequence = chosen;
        sendIfReady();
    }

    private void haveSocket(ProbeSocket ready) {
        if (ended) {
            ready.close();
            return;
        }
        socket = ready;
        ready.watch(loop, this::look);
        sendIfReady();
    }

    private void sendIfReady() {
        if (ended || !opened || socket == null) {
            return;
        }
        if (number == 0) {
            end(Reason.NONE, "no proof is asked for");
            return;
        }
        sent = true;
        send();
        for (long millis : AGAIN_MILLIS) {
            loop.schedule(this::send, millis, TimeUnit.MILLISECONDS);
        }
        loop.schedule(this::missed, ANSWER_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void send() {
        if (ended || socket == null || (seen && accepted)) {
            return;
        }
        try {
            socket.send(sequence);
        } catch (IOException e) {
            end(Reason.NO_PROOF, String.valueOf(e.getMessage()));
        }
    }

    private void look() {
        try {
            while (!ended && socket != null) {
                TcpSegment segment = socket.receive();
                if (segment == null) {
                    return;
                }
                if (segment.accepts(sequence)) {
                    accepted = true;
                    endIfProved();
                } else if (segment.refuses(sequence)) {
                    end(Reason.NO_PROOF, "it was answered with a reset");
                }
            }
        } catch (IOException e) {
            end(Reason.NO_PROOF, String.valueOf(e.getMessage()));
        }
    }

    /** The server's router has seen it. */
    void seen(int millis) {
        seen = true;
        validMillis = millis;
        endIfProved();
    }

    private void endIfProved() {
        if (seen && accepted) {
            end(Reason.NONE, "");
        }
    }

    private void notSent() {
        if (!sent) {
            end(Reason.TIMEOUT, "it could not be sent in time");
        }
    }

    private void missed() {
        end(Reason.NO_PROOF, true, seen ? "it arrived, but no answer came back" : "it did not arrive");
    }

    /** Ends it, if it has not ended yet. */
    void end(Reason reason, String why) {
        end(reason, false, why);
    }

    private void end(Reason reason, boolean silence, String why) {
        if (!ended) {
            ended = true;
            if (socket != null) {
                socket.close();
            }
            done.accept(this, new Outcome(reason, silence, why, startNanos, validMillis));
        }
    }
}
