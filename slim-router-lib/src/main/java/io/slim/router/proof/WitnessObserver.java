package io.slim.router.proof;

import io.slim.api.Endpoint;
import java.net.InetAddress;

/** Is told what the overlay lets through to listeners of this host. Called by the event loop. */
@FunctionalInterface
public interface WitnessObserver {

    /**
     * It lets a client through, which counts until then.
     *
     * @param untilNanos by {@link System#nanoTime}
     */
    void proved(InetAddress clientHost, InetAddress client, Endpoint destination, long untilNanos);
}
