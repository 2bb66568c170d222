package io.slim.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Subscription;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What the router expects of a resolver. Each test makes a resolver of its own and closes it. */
public abstract class OverlayResolverContract {

    private static final long SOON_SECONDS = 10;

    /** Makes a resolver that is ready to answer, and knows {@link #knownAddress}. */
    protected abstract OverlayResolver create() throws Exception;

    /** An overlay address that lives on {@link #hostOfKnownAddress}. */
    protected abstract InetAddress knownAddress() throws Exception;

    /** The host's address in the underlay. */
    protected abstract InetAddress hostOfKnownAddress() throws Exception;

    /** An address of which the resolver knows nothing, or that it is no overlay address. */
    protected abstract InetAddress unknownAddress() throws Exception;

    /** Changes the resolver's source: from now on the known address lives there. */
    protected abstract void moveKnownAddress(InetAddress host) throws Exception;

    @Test
    void saysOnWhichHostAnAddressLives() throws Exception {
        try (OverlayResolver resolver = create()) {
            assertThat(resolver.resolve(knownAddress())).isEqualTo(Resolution.on(hostOfKnownAddress()));
        }
    }

    @Test
    void doesNotGuess() throws Exception {
        try (OverlayResolver resolver = create()) {
            assertThat(resolver.resolve(unknownAddress())).isInstanceOf(Resolution.Nowhere.class);
        }
    }

    @Test
    void answersFromMemoryAndToManyThreads() throws Exception {
        try (OverlayResolver resolver = create()) {
            Resolution expected = Resolution.on(hostOfKnownAddress());
            Hammering.assertQuick(() -> resolver.resolve(knownAddress()), expected);
        }
    }

    @Test
    void tellsOfAChangeAfterItIsInForce() throws Exception {
        InetAddress elsewhere = elsewhere();
        try (OverlayResolver resolver = create()) {
            AtomicReference<Resolution> whenTold = new AtomicReference<>();
            CountDownLatch told = new CountDownLatch(1);
            InetAddress known = knownAddress();
            try (Subscription changes = resolver.onChange(() -> {
                whenTold.set(resolver.resolve(known));
                told.countDown();
            })) {
                moveKnownAddress(elsewhere);
                assertThat(told.await(SOON_SECONDS, TimeUnit.SECONDS))
                        .as("told")
                        .isTrue();
            }
            assertThat(whenTold.get()).isEqualTo(Resolution.on(elsewhere));
        }
    }

    @Test
    void whoFailsOrHasLeftKeepsNobodyFromBeingTold() throws Exception {
        try (OverlayResolver resolver = create()) {
            CountDownLatch told = new CountDownLatch(1);
            AtomicInteger left = new AtomicInteger();
            Subscription leaving = resolver.onChange(left::incrementAndGet);
            Subscription failing = resolver.onChange(() -> {
                throw new IllegalStateException("on purpose");
            });
            Subscription staying = resolver.onChange(told::countDown);
            leaving.close();
            leaving.close();
            try {
                moveKnownAddress(elsewhere());
            } catch (IllegalStateException onPurpose) {
                assertThat(onPurpose).hasMessage("on purpose");
            }
            assertThat(told.await(SOON_SECONDS, TimeUnit.SECONDS)).as("told").isTrue();
            assertThat(left.get()).as("calls of who has left").isZero();
            failing.close();
            staying.close();
        }
    }

    @Test
    void saysHowItIs() throws Exception {
        try (OverlayResolver resolver = create()) {
            assertThat(resolver.health().fresh()).isTrue();
        }
    }

    @Test
    void closesOnceAndForAll() throws Exception {
        Set<Thread> before = Hammering.threads();
        OverlayResolver resolver = create();
        resolver.close();
        resolver.close();
        assertThat(resolver.resolve(knownAddress()))
                .as("the last snapshot, or none")
                .isNotNull();
        Hammering.assertEnded(before);
    }

    private InetAddress elsewhere() throws Exception {
        byte[] bytes = hostOfKnownAddress().getAddress();
        bytes[bytes.length - 1] ^= 1;
        return InetAddress.getByAddress(bytes);
    }
}
