package io.slim.router.policy;

import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.PolicyVerdict;
import java.util.List;

/**
 * What a policy file says. Immutable.
 *
 * @param rules the first that matches decides
 * @param otherwise for what no rule matches
 */
record PolicyRules(List<PolicyRule> rules, PolicyVerdict otherwise) {

    PolicyVerdict decide(ConnectionRequest request) {
        for (PolicyRule rule : rules) {
            if (rule.matches(request)) {
                return rule.verdict();
            }
        }
        return otherwise;
    }

    /** For logs. */
    @Override
    public String toString() {
        return rules.size() + " rules, default " + (otherwise.bypass() ? "allow" : "overlay");
    }
}
