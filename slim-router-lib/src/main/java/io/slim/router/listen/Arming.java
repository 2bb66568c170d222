package io.slim.router.listen;

import io.slim.router.journal.ListenerJournal;
import io.slim.router.loop.RouterLoop;
import io.slim.router.protocol.LeaseFormat.Signal;
import java.util.concurrent.TimeUnit;

/** Follows what the holders of listeners say: whether somebody waits for one. Only the event loop touches it. */
final class Arming {

    /** Event loops take a listener out of their epoll and put it back. */
    private static final long DISARM_MILLIS = 200;

    private final RouterLoop loop;
    private final ListenerJournal journal;
    private final Offers offers;

    Arming(RouterLoop loop, ListenerJournal journal, Offers offers) {
        this.loop = loop;
        this.journal = journal;
        this.offers = offers;
    }

    /** One of its holders has said so. */
    void heard(Listener listener, Signal signal) {
        listener.signal(signal);
        if (!listener.isWaitedFor()) {
            checkLater(listener);
        } else if (!listener.isArmed()) {
            arm(listener, true);
        }
    }

    /** A newcomer does not interrupt a group that is offered; it has some time to be waited for. */
    void graceFor(Listener listener) {
        if (listener.group().isOffered()) {
            listener.setArmed(true);
            checkLater(listener);
        }
    }

    private void arm(Listener listener, boolean armed) {
        listener.setArmed(armed);
        journal.armed(listener.id(), armed);
        offers.update(listener.group());
    }

    /** Once, whatever it says meanwhile. */
    private void checkLater(Listener listener) {
        if (!listener.isArmed() || !listener.startPause()) {
            return;
        }
        loop.schedule(
                () -> {
                    listener.endPause();
                    boolean there = listener.group().members().contains(listener);
                    if (there && listener.isArmed() && !listener.isWaitedFor()) {
                        arm(listener, false);
                    }
                },
                DISARM_MILLIS,
                TimeUnit.MILLISECONDS);
    }
}
