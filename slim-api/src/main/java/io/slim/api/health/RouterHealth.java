package io.slim.api.health;

import io.slim.api.RouterState;
import io.slim.api.resolver.ResolverHealth;
import io.slim.api.status.PeerStatus;
import java.util.List;
import java.util.Objects;

/**
 * How a router is doing at one time.
 *
 * @param status the sum of it
 * @param state where the router is in its life
 * @param resolver what the resolver says of itself
 * @param peers the routers of other hosts that are known, in no order; that one does not answer is no problem by itself: a host
 *     need not have a router
 * @param problems for people to read: what is wrong and what to do; empty if and only if it is healthy
 */
public record RouterHealth(
        HealthStatus status,
        RouterState state,
        ResolverHealth resolver,
        List<PeerStatus> peers,
        List<String> problems) {

    /** Copies the lists. */
    public RouterHealth {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(resolver, "resolver");
        peers = List.copyOf(peers);
        problems = List.copyOf(problems);
    }
}
