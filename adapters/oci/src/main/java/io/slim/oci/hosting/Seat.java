package io.slim.oci.hosting;

import io.slim.api.container.ContainerRegistration;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A network namespace that the router serves, and the containers in it: one as a rule, those of a pod otherwise. */
final class Seat {

    final String name;
    final Map<String, Member> members = new LinkedHashMap<>();
    /** Number of the network namespace; 0 while it is not there yet. */
    long namespace;
    /** Overlay addresses with which it is registered. */
    Set<InetAddress> addresses = Set.of();

    @Nullable
    ContainerRegistration registration;

    Seat(String name) {
        this.name = name;
    }

    /** The addresses that the runtime has told of one of its containers; empty if it has told none. */
    Set<InetAddress> vouchedFor() {
        return members.values().stream()
                .map(member -> member.addresses)
                .filter(addresses -> !addresses.isEmpty())
                .findFirst()
                .orElse(Set.of());
    }

    /**
     * Whether the router must hear of what a new container shares with others, and can: while nothing runs in the seat, nothing is
     * lost by registering it once more.
     */
    boolean isToBeToldAnew(Member fresh) {
        boolean idle = members.values().stream().allMatch(member -> member.process == null || member.anchor != 0);
        return registration != null && idle && !(fresh.capabilities.isEmpty() && fresh.shares.isEmpty());
    }
}
