package io.slim.samples.embedded;

import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.PolicyVerdict;

/** A policy of one's own: connections to ports below 1024 stay on the overlay. Nothing fails by that. */
final class PrivilegedPortsPolicy implements ConnectionPolicy {

    private static final int FIRST_FREE = 1024;

    @Override
    public PolicyVerdict decide(ConnectionRequest request) {
        return request.destination().port() < FIRST_FREE
                ? PolicyVerdict.overlay("ports below " + FIRST_FREE + " stay on the overlay")
                : PolicyVerdict.ALLOW;
    }
}
