package io.slim.oci.hosting;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A container, and how far it is. Guarded by whoever has it. */
final class Member {

    final String id;
    /** The name under which the router knows it, or the containers with which it shares a network namespace. */
    final String seat;

    final @Nullable Path networkNamespace;
    final String prefixes;
    final Map<String, String> labels;
    final long rate;
    final Set<String> capabilities;
    final Set<String> shares;
    /** Number of the network namespace by which it is there; 0 if it is there by its processes. */
    long anchor;
    /** Those that the runtime vouches for. */
    Set<InetAddress> addresses = Set.of();
    /** Null once it is created, or if it is not known who creates it. */
    @Nullable
    Incarnation creator;
    /** Its first process; null until it is created. */
    @Nullable
    Incarnation process;

    final long sinceNanos = System.nanoTime();

    Member(
            String id,
            String seat,
            @Nullable Path networkNamespace,
            String prefixes,
            Map<String, String> labels,
            long rate,
            Set<String> capabilities,
            Set<String> shares) {
        this.id = id;
        this.seat = seat;
        this.networkNamespace = networkNamespace;
        this.prefixes = prefixes;
        this.labels = Map.copyOf(labels);
        this.rate = rate;
        this.capabilities = Set.copyOf(capabilities);
        this.shares = Set.copyOf(shares);
    }

    /** Where its network namespace is at present; empty if it has none yet. */
    Optional<Path> namespace() {
        Incarnation running = process;
        return running != null ? Optional.of(running.networkNamespace()) : Optional.ofNullable(networkNamespace);
    }

    /**
     * Whether it runs, or may yet.
     *
     * @param patienceNanos for how long it may be under way if it is not known who creates it
     */
    boolean isThere(long patienceNanos) {
        Incarnation running = process;
        if (running != null) {
            return running.isAlive();
        }
        if (anchor != 0) {
            return networkNamespace != null && Namespaces.isNumber(networkNamespace, anchor);
        }
        Incarnation making = creator;
        return System.nanoTime() - sinceNanos < patienceNanos && (making == null || making.isAlive());
    }
}
