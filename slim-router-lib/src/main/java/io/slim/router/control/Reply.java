package io.slim.router.control;

import io.slim.api.event.Reason;
import io.slim.router.control.Wire.Message;
import org.jspecify.annotations.Nullable;

/** Takes the answer to a request of any kind. */
@FunctionalInterface
interface Reply {

    /**
     * Called exactly once, by the event loop.
     *
     * @param failure why there is no answer; {@link Reason#NONE} if there is one
     * @param answer null if there is none
     * @throws ControlProtocolException if the answer is not in order; the request is then answered all the same
     */
    void take(Reason failure, @Nullable Message answer) throws ControlProtocolException;
}
