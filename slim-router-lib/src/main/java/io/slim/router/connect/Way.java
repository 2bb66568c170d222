package io.slim.router.connect;

import io.slim.api.Endpoint;
import io.slim.router.confine.Target;
import io.slim.router.container.Container;
import io.slim.router.control.GrantOffer;
import io.slim.router.proof.Pair;
import java.net.InetAddress;

/**
 * A way past the overlay that the kernel knows: what leads one container to one destination, and until when. Only the event
 * loop touches it.
 */
final class Way {

    private final Pair pair;
    private final int peer;
    private final long ownSendRate;
    private GrantOffer grant;
    private long grantedNanos;
    private long validUntilNanos;
    private long usedNanos;
    private long lookNanos;
    private boolean renewing;

    /**
     * One that is not in the kernel yet.
     *
     * @param ownSendRate what this side's policy allows, in bytes per second, 0 = not limited
     * @param askedNanos when the grant was asked for: its time runs from then on
     */
    Way(Pair pair, int peer, long ownSendRate, GrantOffer grant, long askedNanos) {
        this.pair = pair;
        this.peer = peer;
        this.ownSendRate = ownSendRate;
        this.grant = grant;
        this.grantedNanos = askedNanos;
        this.usedNanos = askedNanos;
    }

    Pair pair() {
        return pair;
    }

    Container container() {
        return pair.container();
    }

    Endpoint destination() {
        return pair.destination();
    }

    InetAddress host() {
        return pair.host();
    }

    int grantId() {
        return grant.id();
    }

    int shadowPort() {
        return grant.shadowPort();
    }

    /** When the grant ends. */
    long grantUntilNanos() {
        return grantedNanos + grant.validMillis() * 1_000_000;
    }

    /** Two thirds of the grant's time are over. */
    boolean isGrantOld(long now) {
        return now - grantedNanos > (grantUntilNanos() - grantedNanos) / 3 * 2;
    }

    /** Somebody has used it since it was granted. */
    boolean isInUse() {
        return usedNanos - grantedNanos > 0;
    }

    void granted(GrantOffer again, long askedNanos) {
        grant = again;
        grantedNanos = askedNanos;
        renewing = false;
    }

    boolean isRenewing() {
        return renewing;
    }

    void renewing(boolean value) {
        renewing = value;
    }

    /** Until when the kernel takes it. */
    long validUntilNanos() {
        return validUntilNanos;
    }

    void validUntil(long nanos) {
        validUntilNanos = nanos;
    }

    /** The kernel says when it was used last; tells whether that is news. */
    boolean used(long nanos) {
        boolean news = nanos - usedNanos > 0;
        if (news) {
            usedNanos = nanos;
        }
        return news;
    }

    /** When it has to be looked after next. */
    long lookNanos() {
        return lookNanos;
    }

    void lookAt(long nanos) {
        lookNanos = nanos;
    }

    /** As the kernel needs it. */
    Target target() {
        return new Target(
                pair.host(),
                grant.shadowPort(),
                grant.id(),
                grant.key(),
                pair.client(),
                peer,
                validUntilNanos,
                SendRate.lower(ownSendRate, grant.sendRate()));
    }

    @Override
    public String toString() {
        return "way of " + pair.container() + " to " + pair.destination();
    }
}
