package io.slim.api.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slim.api.Subscription;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.ConnectionRequest.Side;
import io.slim.api.policy.PolicyVerdict;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What the router expects of a policy. Each test makes a policy of its own and closes it. */
public abstract class ConnectionPolicyContract {

    private static final long SOON_SECONDS = 10;

    /** Makes a policy that is ready to answer. */
    protected abstract ConnectionPolicy create() throws Exception;

    /** A connection that may bypass the overlay. */
    protected abstract ConnectionRequest allowed() throws Exception;

    /** A connection that may not. */
    protected abstract ConnectionRequest refused() throws Exception;

    /**
     * Changes what the policy goes by: from now on {@link #allowed} may not either.
     *
     * @return false if the policy's answers depend on the request alone
     */
    protected abstract boolean refuseWhatWasAllowed() throws Exception;

    @Test
    void allows() throws Exception {
        try (ConnectionPolicy policy = create()) {
            assertThat(policy.decide(allowed()).bypass()).isTrue();
        }
    }

    @Test
    void refusesWithAReason() throws Exception {
        try (ConnectionPolicy policy = create()) {
            PolicyVerdict verdict = policy.decide(refused());
            assertThat(verdict.bypass()).isFalse();
            assertThat(verdict.reason()).isNotBlank();
        }
    }

    @Test
    void answersAtBothEnds() throws Exception {
        try (ConnectionPolicy policy = create()) {
            for (Side side : Side.values()) {
                ConnectionRequest request = allowed();
                assertThat(policy.decide(new ConnectionRequest(
                                side,
                                request.client(),
                                request.clientHost(),
                                request.destination(),
                                request.destinationHost())))
                        .isNotNull();
            }
        }
    }

    @Test
    void answersFromMemoryAndToManyThreads() throws Exception {
        try (ConnectionPolicy policy = create()) {
            ConnectionRequest request = allowed();
            Hammering.assertQuick(() -> policy.decide(request), policy.decide(request));
        }
    }

    @Test
    void tellsOfAChangeAfterItIsInForce() throws Exception {
        try (ConnectionPolicy policy = create()) {
            ConnectionRequest request = allowed();
            AtomicReference<PolicyVerdict> whenTold = new AtomicReference<>();
            CountDownLatch told = new CountDownLatch(1);
            try (Subscription changes = policy.onChange(() -> {
                whenTold.set(policy.decide(request));
                told.countDown();
            })) {
                assumeTrue(refuseWhatWasAllowed(), "its answers depend on the request alone");
                assertThat(told.await(SOON_SECONDS, TimeUnit.SECONDS))
                        .as("told")
                        .isTrue();
            }
            assertThat(whenTold.get().bypass()).isFalse();
        }
    }

    @Test
    void closesOnceAndForAll() throws Exception {
        Set<Thread> before = Hammering.threads();
        ConnectionPolicy policy = create();
        policy.close();
        policy.close();
        assertThat(policy.decide(allowed()))
                .as("connections under way may still ask")
                .isNotNull();
        Hammering.assertEnded(before);
    }
}
