package io.slim.router.policy;

import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.ConnectionRequest;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.RareLog;
import jakarta.inject.Inject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policy plug-in, guarded: if it fails, the connection takes the overlay. */
public final class PolicyCheck {

    private static final Logger LOG = LoggerFactory.getLogger(PolicyCheck.class);

    private final ConnectionPolicy policy;
    private final Counters counters;
    private final RareLog rareLog = new RareLog(LOG);

    @Inject
    PolicyCheck(ConnectionPolicy policy, Counters counters) {
        this.policy = policy;
        this.counters = counters;
    }

    /** Whether the connection may bypass the overlay. Never throws. */
    public boolean allows(ConnectionRequest request) {
        try {
            return policy.decide(request) == ConnectionPolicy.Decision.ALLOW;
        } catch (RuntimeException e) {
            counters.add(Counter.PLUGIN_FAILURES);
            rareLog.warn("policy", "the policy failed on {}, it stays on the overlay", request, e);
            return false;
        }
    }
}
