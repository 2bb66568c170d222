package io.slim.router.control;

import io.slim.api.event.Reason;

/** Takes the answer to the question for a proof by the overlay. */
@FunctionalInterface
public interface ProofCallback {

    /**
     * Called exactly once, by the event loop.
     *
     * @param reason {@link Reason#NONE} if the peer has accepted
     * @param probe number of the probe at the peer; 0 if the peer asks for no proof
     * @param sequence of the SYN to send
     */
    void answered(Reason reason, long probe, int sequence);
}
