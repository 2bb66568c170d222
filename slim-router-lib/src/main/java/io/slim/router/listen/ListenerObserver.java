package io.slim.router.listen;

import java.net.InetAddress;
import java.util.List;

/** Is told when endpoints can, or can no longer, be reached over the host's network. */
@FunctionalInterface
public interface ListenerObserver {

    /**
     * Called by the event loop.
     *
     * @param addresses the overlay addresses concerned; not empty
     * @param port the application's port
     * @param offered whether a listener can now be reached there
     */
    void listenersChanged(List<InetAddress> addresses, int port, boolean offered);
}
