package io.slim.router.control;

import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import io.slim.api.status.PeerStatus;
import io.slim.router.control.Wire.Message;
import io.slim.router.control.Wire.ProofSeen;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What this router knows of one peer, and its requests there. Only the event loop touches it.
 *
 * <p>Each request is answered exactly once: by the peer, or after the deadline, or when the connection is lost. To wait is
 * worth it only while there is hope: a request is refused at once while the peer is known to be down, while dialling takes
 * longer than a request may, and after a request timed out in complete silence.
 *
 * <p>A peer that was held up for a moment is not shunned for longer: when it has answered all that it owed, others are told
 * to forget that it did not answer. At most once a second, so that one which is always late is not waited for all the time.
 */
final class PeerLink {

    private static final int MOST_WAITING = 1024;
    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 5000;
    private static final long FORGIVEN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final InetAddress host;
    private final Peers peers;
    private final long deadlineNanos;
    private final Map<Long, Waiting> waiting = new LinkedHashMap<>();

    private @Nullable ClientSession session;
    private boolean dialling;
    private boolean causeTold;
    private boolean silent;
    private long silentSinceNanos;
    /** Answers that came too late, or will. */
    private int owed;

    private long forgivenNanos;
    private long dialledNanos;
    private long nextDialNanos;
    private long lastAskedNanos;
    private int failures;
    private long lastRequest;
    private long changedNanos = System.nanoTime();
    private long roundTripNanos = -1;
    private @Nullable String lastError;

    private record Waiting(long sinceNanos, long untilNanos, int leastVersion, Message message, Reply reply) {}

    PeerLink(InetAddress host, Peers peers, long deadlineNanos) {
        this.host = host;
        this.peers = peers;
        this.deadlineNanos = deadlineNanos;
        long now = System.nanoTime();
        nextDialNanos = now;
        forgivenNanos = now - FORGIVEN_NANOS;
    }

    InetAddress host() {
        return host;
    }

    /**
     * Asks; the number of the request is put in here.
     *
     * @param leastVersion of the protocol that has this question; a peer that speaks none is not asked
     */
    void ask(int leastVersion, Message.Builder question, long patienceNanos, Reply reply) {
        long now = System.nanoTime();
        lastAskedNanos = now;
        if (session == null && !dialling && now - nextDialNanos >= 0 && failures == 0) {
            dial(now);
        }
        Reason hopeless = hopeless(now);
        if (hopeless != null) {
            fail(reply, hopeless);
            return;
        }
        long request = ++lastRequest;
        Message message = question.setRequest(request).build();
        Waiting asked = new Waiting(now, now + patienceNanos, leastVersion, message, reply);
        waiting.put(request, asked);
        peers.sweepSoon();
        if (session != null) {
            send(session, asked);
        }
    }

    private void send(ClientSession to, Waiting question) {
        if (to.version() >= question.leastVersion()) {
            to.send(question.message());
        } else {
            waiting.remove(question.message().getRequest());
            fail(question.reply(), Reason.UNSUPPORTED);
        }
    }

    private @Nullable Reason hopeless(long now) {
        boolean down = session == null && (!dialling || now - dialledNanos > deadlineNanos);
        if (down || silent) {
            return Reason.NO_PEER;
        }
        return waiting.size() >= MOST_WAITING ? peers.limitReached(host) : null;
    }

    private void dial(long now) {
        dialling = true;
        dialledNanos = now;
        peers.dial(this);
    }

    /** The TCP connection could not be made. */
    void dialFailed(String cause) {
        down(cause, false);
    }

    void connected(ClientSession greeted) {
        dialling = false;
        session = greeted;
        silent = false;
        owed = 0;
        failures = 0;
        changedNanos = System.nanoTime();
        peers.connected(host);
        List.copyOf(waiting.values()).forEach(request -> send(greeted, request));
    }

    void ended(ClientSession which, String cause, boolean wasGreeted) {
        if (session == which || (session == null && !wasGreeted)) {
            down(cause, which.fellSilent());
        }
    }

    private void down(String cause, boolean wasSilent) {
        boolean wasUp = session != null;
        session = null;
        dialling = false;
        long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures, 10));
        if (wasUp || failures == 0) {
            changedNanos = System.nanoTime();
        }
        lastError = cause;
        failures++;
        long jittered = pause / 2 + ThreadLocalRandom.current().nextLong(pause);
        nextDialNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(jittered);
        peers.tickAfter(jittered + 1);
        peers.down(host, cause, wasUp, wasSilent, causeTold);
        causeTold = false;
        List<Waiting> lost = new ArrayList<>(waiting.values());
        waiting.clear();
        lost.forEach(request -> fail(request.reply(), Reason.NO_PEER));
    }

    void answered(Message answer) throws ControlProtocolException {
        silent = false;
        Waiting asked = waiting.remove(answer.getRequest());
        if (asked != null) {
            roundTripNanos = System.nanoTime() - asked.sinceNanos();
            asked.reply().take(Reason.NONE, answer);
        } else if (owed > 0) {
            owed--;
            forgive();
        }
    }

    private void forgive() {
        long now = System.nanoTime();
        if (owed == 0 && now - forgivenNanos >= FORGIVEN_NANOS) {
            forgivenNanos = now;
            peers.answersAgain(host);
        }
    }

    static void fail(Reply reply, Reason failure) {
        try {
            reply.take(failure, null);
        } catch (ControlProtocolException e) {
            throw new AssertionError("without an answer there is nothing wrong in it", e);
        }
    }

    void grantsRevoked(List<Integer> grants) {
        peers.grantsRevoked(host, grants);
    }

    void proofSeen(ProofSeen seen) {
        peers.proofSeen(host, seen);
    }

    void listenersChanged(List<Endpoint> endpoints, boolean offered) {
        peers.listenersChanged(host, endpoints, offered);
    }

    void refused(Refusal refusal) {
        causeTold = true;
        peers.refused(host, refusal);
    }

    /** Answers what waited too long; tells whether something still waits. */
    boolean sweep(long now) {
        List<Waiting> late = new ArrayList<>();
        waiting.values().removeIf(request -> now - request.untilNanos() >= 0 && late.add(request));
        for (Waiting request : late) {
            if (session != null) {
                owed++;
            }
            if (session != null && session.lastReceivedNanos() - request.sinceNanos() < 0) {
                silent = true;
                silentSinceNanos = now;
            }
            fail(request.reply(), Reason.TIMEOUT);
        }
        return !waiting.isEmpty();
    }

    /** To be called about once a second: heartbeat, and dialling again for as long as somebody is interested. */
    void tick(long now, long interestNanos) {
        if (session != null) {
            silent = silent && session.lastReceivedNanos() - silentSinceNanos < 0;
            session.tick(now);
        } else if (!dialling && now - nextDialNanos >= 0 && now - lastAskedNanos < interestNanos) {
            dial(now);
        }
    }

    /** As operators see it. */
    PeerStatus status(long now) {
        return new PeerStatus(
                host,
                state(),
                Duration.ofNanos(now - changedNanos),
                Optional.ofNullable(lastError),
                roundTripNanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(roundTripNanos)),
                waiting.size());
    }

    private PeerStatus.State state() {
        if (session != null) {
            return silent ? PeerStatus.State.SILENT : PeerStatus.State.CONNECTED;
        }
        return dialling && failures == 0 ? PeerStatus.State.DIALLING : PeerStatus.State.DOWN;
    }

    /** Whether nobody has asked for that long. */
    boolean isIdle(long now, long nanos) {
        return waiting.isEmpty() && !dialling && now - lastAskedNanos > nanos;
    }

    boolean isConnected() {
        return session != null;
    }

    /** Time of the last message from the peer; {@code otherwise} if it is not connected. */
    long lastHeardNanos(long otherwise) {
        return session == null ? otherwise : session.lastReceivedNanos();
    }

    void close(String cause) {
        if (session != null) {
            session.end(cause);
        }
    }
}
