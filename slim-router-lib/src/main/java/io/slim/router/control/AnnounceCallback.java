package io.slim.router.control;

import io.slim.api.event.Reason;

/** Takes the answer to an announcement. */
@FunctionalInterface
public interface AnnounceCallback {

    /**
     * Called exactly once, by the event loop.
     *
     * @param reason {@link Reason#NONE} if the peer has accepted
     * @param shadowPort where to connect to, on the peer's host
     * @param sendRate most bytes per second that may be sent, 0 = not limited
     */
    void answered(Reason reason, int shadowPort, long sendRate);
}
