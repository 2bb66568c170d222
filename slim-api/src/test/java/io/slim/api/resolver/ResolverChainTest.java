package io.slim.api.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.Subscription;
import io.slim.api.resolver.Resolution.Nowhere;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResolverChainTest {

    private static final InetAddress ADDRESS = address("10.32.0.1");
    private static final Resolution ON_A = Resolution.on(address("192.168.77.1"));
    private static final Resolution ON_B = Resolution.on(address("192.168.77.2"));

    private final Map<String, Fixed> made = new HashMap<>();
    private final List<ResolverProvider> providers = List.of(new Provider("one"), new Provider("two"));

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private OverlayResolver chain() {
        return ResolverProvider.open("one:a,b=http://x:1,two:", providers);
    }

    private Fixed one() {
        return made.get("one:a,b=http://x:1");
    }

    private Fixed two() {
        return made.get("two:");
    }

    @Test
    void aCommaEndsAnArgumentOnlyIfAProviderFollows() {
        assertThat(chain()).isNotNull();
        assertThat(made).containsOnlyKeys("one:a,b=http://x:1", "two:");
        ResolverProvider.open("one:http://a:1,http://b:2", providers);
        assertThat(made).containsKey("one:http://a:1,http://b:2");
    }

    @Test
    void theFirstAnswerWinsAndOthersThatDifferAreCounted() {
        OverlayResolver chain = chain();
        one().answer = ON_A;
        two().answer = ON_A;
        assertThat(chain.resolve(ADDRESS)).isEqualTo(ON_A);
        assertThat(chain.health()).isEqualTo(ResolverHealth.FRESH);
        two().answer = ON_B;
        assertThat(chain.resolve(ADDRESS)).isEqualTo(ON_A);
        assertThat(chain.resolve(ADDRESS)).isEqualTo(ON_A);
        assertThat(chain.health().detail())
                .isEqualTo("disagreements: 2, last: 10.32.0.1 is on 192.168.77.1, then on 192.168.77.2");
    }

    @Test
    void whoDoesNotKnowIsPassedOver() {
        OverlayResolver chain = chain();
        two().answer = ON_B;
        for (Nowhere nothing : List.of(Nowhere.UNKNOWN, Nowhere.NOT_OVERLAY)) {
            one().answer = nothing;
            assertThat(chain.resolve(ADDRESS)).isEqualTo(ON_B);
        }
        one().answer = null;
        assertThat(chain.resolve(ADDRESS)).as("it answers null").isEqualTo(ON_B);
    }

    @Test
    void anOverlayThatEncryptsIsNotBypassedBecauseALaterOneDoesNotSeeThat() {
        OverlayResolver chain = chain();
        one().answer = Nowhere.ENCRYPTED;
        two().answer = ON_B;
        assertThat(chain.resolve(ADDRESS)).isEqualTo(Nowhere.ENCRYPTED);
    }

    @Test
    void onlyIfAllSaySoItIsNoOverlayAddress() {
        OverlayResolver chain = chain();
        one().answer = Nowhere.NOT_OVERLAY;
        two().answer = Nowhere.NOT_OVERLAY;
        assertThat(chain.resolve(ADDRESS)).isEqualTo(Nowhere.NOT_OVERLAY);
        one().answer = Nowhere.UNKNOWN;
        assertThat(chain.resolve(ADDRESS)).isEqualTo(Nowhere.UNKNOWN);
        one().answer = Nowhere.NOT_OVERLAY;
        two().answer = Nowhere.UNKNOWN;
        assertThat(chain.resolve(ADDRESS)).isEqualTo(Nowhere.UNKNOWN);
    }

    @Test
    void eachTellsOfChangesAndOfItsHealth() {
        OverlayResolver chain = chain();
        List<String> told = new ArrayList<>();
        Subscription changes = chain.onChange(() -> told.add("told"));
        two().listeners.forEach(Runnable::run);
        one().listeners.forEach(Runnable::run);
        assertThat(told).hasSize(2);
        changes.close();
        assertThat(one().listeners).isEmpty();
        assertThat(two().listeners).isEmpty();
        ResolverSource source = new ResolverSource("http://two", false, Optional.empty(), Optional.of("away"));
        two().health = ResolverHealth.stale("away since 12:00").from(source);
        assertThat(chain.health())
                .isEqualTo(ResolverHealth.stale("two:: away since 12:00").from(source));
    }

    @Test
    void whatIsWrongIsToldAtOnceAndNothingStaysOpen() {
        assertThatThrownBy(() -> ResolverProvider.open("one:,none:x,two:bad", providers))
                .isInstanceOfSatisfying(ConfigurationException.class, e -> assertThat(e.problems())
                        .extracting(ConfigurationProblem::value)
                        .containsExactly("none:x", "bad"));
        assertThat(made.get("one:").closed).isTrue();
        assertThatThrownBy(() -> ResolverProvider.open("one:,one:", providers))
                .hasMessageContaining("each resolver once");
    }

    @Test
    void oneAloneIsNoChain() {
        assertThat(ResolverProvider.open("one:x", providers)).isSameAs(made.get("one:x"));
    }

    private final class Provider implements ResolverProvider {

        private final String name;

        private Provider(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public OverlayResolver create(String argument) {
            if (argument.equals("bad")) {
                throw new ConfigurationException(List.of(new ConfigurationProblem(name, argument, "something else")));
            }
            Fixed resolver = new Fixed();
            made.put(name + ":" + argument, resolver);
            return resolver;
        }
    }

    private static final class Fixed implements OverlayResolver {

        private final List<Runnable> listeners = new ArrayList<>();
        private Resolution answer = Nowhere.UNKNOWN;
        private ResolverHealth health = ResolverHealth.FRESH;
        private boolean closed;

        @Override
        public Resolution resolve(InetAddress overlayAddress) {
            return answer;
        }

        @Override
        public Subscription onChange(Runnable listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        @Override
        public ResolverHealth health() {
            return health;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
