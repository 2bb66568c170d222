package io.slim.router.grant;

import java.net.InetAddress;
import java.util.Collection;

/** Is told that grants are no longer good for anything. */
@FunctionalInterface
public interface RevocationObserver {

    /**
     * Called by the event loop.
     *
     * @param clientHost whose they were; may be this host
     * @param grants their numbers; not empty
     */
    void revoked(InetAddress clientHost, Collection<Integer> grants);
}
