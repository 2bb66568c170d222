package io.slim.api.resolver;

import io.slim.api.Endpoint;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An endpoint behind which there are others, such as a Service of Kubernetes: each connection goes to one of them. Immutable.
 *
 * @param backends endpoints on the overlay that are ready; empty if there is none, then the connection takes the overlay
 * @param sticky whether the connections of one client address go to the same backend, as long as it is there
 */
public record VirtualEndpoint(List<Endpoint> backends, boolean sticky) {

    /** Checks for nulls. */
    public VirtualEndpoint {
        backends = List.copyOf(backends);
    }

    /**
     * Chooses a backend for a connection: any, or if it is sticky the same for the same client. When a backend comes or goes,
     * only the clients move that must (rendezvous hashing).
     *
     * @param client overlay address of the container that connects
     * @return null if there is no backend
     */
    public Endpoint choose(InetAddress client) {
        Objects.requireNonNull(client, "client");
        if (backends.isEmpty()) {
            return null;
        }
        return sticky
                ? forClient(client)
                : backends.get(ThreadLocalRandom.current().nextInt(backends.size()));
    }

    private Endpoint forClient(InetAddress client) {
        Endpoint best = backends.get(0);
        long bestScore = score(client, best);
        for (Endpoint backend : backends) {
            long score = score(client, backend);
            if (score > bestScore) {
                best = backend;
                bestScore = score;
            }
        }
        return best;
    }

    /** The finalizer of SplitMix64 over both hashes: near addresses must not have near scores. */
    private static long score(InetAddress client, Endpoint backend) {
        long mixed = ((long) client.hashCode() << 32) ^ backend.hashCode();
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
