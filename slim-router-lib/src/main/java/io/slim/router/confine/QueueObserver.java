package io.slim.router.confine;

import java.io.IOException;

/** Hears about a connection whose receive queue a vault fills, see {@link Confinement#fillQueue}. Called by the event loop. */
public interface QueueObserver {

    /** None are put in for a while: the container has its share, or the host is short of something. Told once, to one of a container's observers. */
    void pauses(IOException why);

    /** A connection of this container has broken the protocol, and is ended. Told to one of the container's observers. */
    void malformed();

    /** The vault has ended: nothing is put in any more. */
    void ended();
}
