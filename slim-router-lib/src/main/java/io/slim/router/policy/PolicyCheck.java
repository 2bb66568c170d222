package io.slim.router.policy;

import io.slim.api.RouterConfig;
import io.slim.api.Subscription;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.PolicyVerdict;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.RareLog;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy plug-in, guarded: if it fails, or answers too late, the connection takes the overlay. Refusals are counted by
 * their reason and logged, each pair of addresses now and then. Only the event loop touches it.
 */
public final class PolicyCheck {

    private static final Logger LOG = LoggerFactory.getLogger(PolicyCheck.class);
    private static final int MOST_REASONS = 1024;
    private static final String OTHER_REASONS = "other reasons";

    private final ConnectionPolicy policy;
    private final Counters counters;
    private final long deadlineNanos;
    private final RareLog rareLog = new RareLog(LOG);
    private final Map<String, Long> refusals = new HashMap<>();

    @Inject
    PolicyCheck(RouterConfig config, ConnectionPolicy policy, Counters counters) {
        this.policy = policy;
        this.counters = counters;
        this.deadlineNanos = config.times().connectDeadline().toNanos();
    }

    /** What the policy says about a connection. Never throws. */
    public PolicyVerdict decide(ConnectionRequest request) {
        long start = System.nanoTime();
        PolicyVerdict verdict = ask(request);
        long nanos = System.nanoTime() - start;
        if (nanos > deadlineNanos) {
            counters.add(Counter.PLUGIN_FAILURES);
            rareLog.warn(
                    "slow",
                    "the policy took {} ms to decide about {}, which stays on the overlay; it must not block",
                    TimeUnit.NANOSECONDS.toMillis(nanos),
                    request);
            verdict = PolicyVerdict.overlay("the policy was too slow");
        }
        if (!verdict.bypass()) {
            refused(request, verdict.reason());
        }
        return verdict;
    }

    private PolicyVerdict ask(ConnectionRequest request) {
        try {
            PolicyVerdict verdict = policy.decide(request);
            if (verdict != null) {
                return verdict;
            }
            throw new IllegalStateException("the policy answered null");
        } catch (RuntimeException e) {
            counters.add(Counter.PLUGIN_FAILURES);
            rareLog.warn("policy", "the policy failed on {}, it stays on the overlay", request, e);
            return PolicyVerdict.overlay("the policy failed");
        }
    }

    private void refused(ConnectionRequest request, String reason) {
        counters.add(Counter.POLICY_REFUSALS);
        String counted = refusals.containsKey(reason) || refusals.size() < MOST_REASONS ? reason : OTHER_REASONS;
        long count = refusals.merge(counted, 1L, Long::sum);
        rareLog.warn(
                "refused " + request.client() + request.destination(),
                "{} to {} stays on the overlay by policy: {} (refusal {} for that reason)",
                request.client().getHostAddress(),
                request.destination(),
                reason,
                count);
    }

    /** How often the bypass was denied for that reason. */
    public long refusals(String reason) {
        return refusals.getOrDefault(reason, 0L);
    }

    /** See {@link ConnectionPolicy#onChange}. */
    public Subscription onChange(Runnable listener) {
        return policy.onChange(listener);
    }
}
