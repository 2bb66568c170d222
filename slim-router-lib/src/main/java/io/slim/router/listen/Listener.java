package io.slim.router.listen;

import io.netty.channel.Channel;
import io.slim.router.journal.ListenerRecord;
import io.slim.router.loop.Channels;
import io.slim.router.protocol.LeaseFormat;
import io.slim.router.protocol.LeaseFormat.Signal;
import io.slim.router.protocol.ShimRequest.Listen;
import org.jspecify.annotations.Nullable;

/**
 * One application socket that listens and has a shadow. Lives as long as its lease. Only the event loop touches it.
 *
 * <p>A listener is armed while the processes that hold it have said ARM more often than DISARM; losing that takes effect
 * only after a pause, because event loops take a listener out of their epoll and put it back.
 */
final class Listener {

    private final long id;
    private final long cookie;
    private final long shadowCookie;
    private final ListenerGroup group;
    private int arms;
    private boolean armed;
    private boolean stalled;
    private boolean pausing;
    private @Nullable Channel lease;

    Listener(long id, long cookie, long shadowCookie, ListenerGroup group) {
        this.id = id;
        this.cookie = cookie;
        this.shadowCookie = shadowCookie;
        this.group = group;
    }

    long id() {
        return id;
    }

    long cookie() {
        return cookie;
    }

    long shadowCookie() {
        return shadowCookie;
    }

    ListenerGroup group() {
        return group;
    }

    void signal(Signal signal) {
        arms += signal == Signal.ARM ? 1 : -1;
    }

    /** Whether somebody waits for it right now. */
    boolean isWaitedFor() {
        return arms > 0;
    }

    boolean isArmed() {
        return armed;
    }

    void setArmed(boolean value) {
        armed = value;
    }

    /** False: one is under way. */
    boolean startPause() {
        boolean first = !pausing;
        pausing = true;
        return first;
    }

    void endPause() {
        pausing = false;
    }

    boolean isStalled() {
        return stalled;
    }

    void setStalled() {
        stalled = true;
    }

    void setLease(Channel value) {
        lease = value;
    }

    /** Whether its end will be told; not so for one that was made by an earlier router. */
    boolean hasLease() {
        return lease != null;
    }

    /** Learns what its holders have said, though the event loop has not come to it. */
    void hearNow() {
        if (lease != null) {
            LeaseHandler.hearNow(lease);
        }
    }

    void closeLease() {
        if (lease != null) {
            Channels.close(lease);
        }
    }

    /** As all its holders need it. */
    LeaseFormat.State leaseState(Listen request) {
        return new LeaseFormat.State(
                id, cookie, shadowCookie, request.endpoint(), request.family(), group.isConfined(), group.port());
    }

    /** As the journal needs it. */
    ListenerRecord record() {
        return new ListenerRecord(
                id,
                group.container().namespace(),
                cookie,
                shadowCookie,
                group.family(),
                group.isV6Only(),
                group.isReusePort(),
                group.endpoint(),
                group.port(),
                group.shadowId(),
                armed);
    }

    /** As the watchdog needs it. */
    Shadow shadow() {
        return new Shadow(
                id,
                shadowCookie,
                group.port(),
                cookie,
                group.endpoint().port(),
                group.hasOneShadow(),
                stalled,
                lease != null);
    }

    @Override
    public String toString() {
        return "listener " + id + " (" + group + ")";
    }
}
