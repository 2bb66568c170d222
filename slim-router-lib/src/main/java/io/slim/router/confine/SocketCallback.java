package io.slim.router.confine;

import java.io.IOException;

/** Hears about a socket that was asked for; called once, by the event loop, possibly before the asking returns. */
public interface SocketCallback {

    /** It is there and belongs to whoever is told. */
    void made(HostSocket socket);

    /**
     * There is none: the container has its share of them, its vault has ended, the port is taken
     * ({@link io.slim.router.sys.SystemCallException#isAddressInUse}), or its programs do not run. The connection or
     * listener stays on the overlay.
     */
    void failed(IOException why);
}
