package io.slim.api.health;

/** How well a router can do its work. Connections are made in any case, if need be over the overlay. */
public enum HealthStatus {
    /** All is well. */
    HEALTHY,
    /** It serves, but something needs an operator: see {@link RouterHealth#problems}. */
    DEGRADED,
    /** It does not serve: not started, closed, or stuck. */
    DOWN
}
