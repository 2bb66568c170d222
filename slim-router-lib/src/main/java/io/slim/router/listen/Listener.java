package io.slim.router.listen;

import io.slim.router.protocol.LeaseFormat.Signal;

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

    boolean isStalled() {
        return stalled;
    }

    void setStalled() {
        stalled = true;
    }

    /** As the watchdog needs it. */
    Shadow shadow() {
        return new Shadow(
                id, shadowCookie, group.port(), cookie, group.endpoint().port(), group.hasOneShadow(), stalled);
    }

    @Override
    public String toString() {
        return "listener " + id + " (" + group + ")";
    }
}
