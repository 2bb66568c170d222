package io.slim.router.control;

import io.slim.api.event.Reason;
import org.jspecify.annotations.Nullable;

/** Takes the answer to the request for a grant. */
@FunctionalInterface
public interface GrantCallback {

    /**
     * Called exactly once, by the event loop.
     *
     * @param reason {@link Reason#NONE} if it is granted
     * @param offer null if it is not
     */
    void answered(Reason reason, @Nullable GrantOffer offer);
}
