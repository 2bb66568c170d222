package io.slim.router.confine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.router.lab.SocketAgent;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernel chooses one of several targets for each connection, and shows the virtual endpoint. */
@Tag("root")
class VirtualDestinationTest {

    private static final Endpoint VIRTUAL = ConfinedHost.endpoint("10.96.0.1", 80);
    /** That one of two is not chosen in so many draws, or that both are chosen less than four times, does not happen. */
    private static final int MANY = 48;

    private TwoHosts hosts;
    private SocketAgent agent;
    private TwoHosts.Offer one;
    private TwoHosts.Offer other;

    @BeforeEach
    void start() throws Exception {
        hosts = new TwoHosts();
        agent = hosts.agent;
        one = hosts.offer(4, ConfinedHost.endpoint("10.32.0.2", 8080), TwoHosts.CLIENT);
        other = hosts.offer(4, ConfinedHost.endpoint("10.32.0.3", 8081), TwoHosts.CLIENT);
    }

    @AfterEach
    void stop() throws Exception {
        hosts.close();
    }

    private void lead(int overlayWeight, Target... targets) throws Exception {
        hosts.here.run(() -> assertThat(
                        hosts.here.confinement.putVirtual(hosts.client, VIRTUAL, List.of(targets), overlayWeight))
                .isTrue());
    }

    private Target target(TwoHosts.Offer offer) {
        return hosts.target(offer, TwoHosts.CLIENT);
    }

    /** The errno of each attempt; 0 if it was connected, and showed the virtual endpoint. */
    private List<Integer> attempts() throws Exception {
        Integer[] errors = new Integer[MANY];
        for (int i = 0; i < MANY; i++) {
            int socket = hosts.socket(4);
            errors[i] = agent.call("connect", "s", socket, "host", "10.96.0.1", "port", 80)
                    .errno();
            if (errors[i] == 0) {
                assertThat(agent.must("peer", "s", socket).name()).isEqualTo("10.96.0.1:80");
            }
            agent.must("close", "s", socket);
        }
        return Stream.of(errors).toList();
    }

    /** How many connections a listener has got, which show its own name. */
    private int accepted(TwoHosts.Offer offer) throws Exception {
        int count = 0;
        SocketAgent.Answer next = agent.call("accept", "s", offer.shadow(), "wait", "0.05");
        while (next.errno() == 0) {
            count++;
            assertThat(agent.must("name", "s", next.socket()).name())
                    .isEqualTo(offer.overlay().toString());
            next = agent.call("accept", "s", offer.shadow(), "wait", "0.05");
        }
        return count;
    }

    @Test
    void eachConnectionGetsOne() throws Exception {
        lead(0, target(one), target(other));
        assertThat(attempts()).containsOnly(0);
        int first = accepted(one);
        assertThat(first).isBetween(4, MANY - 4);
        assertThat(accepted(other)).isEqualTo(MANY - first);
    }

    @Test
    void theOverlayKeepsItsShare() throws Exception {
        lead(1, target(one));
        assertThat(attempts()).as("shims remember EREMOTE").containsOnly(0, TwoHosts.EADDRNOTAVAIL);
        assertThat(accepted(one)).isBetween(4, MANY - 4);
    }

    @Test
    void whatHasExpiredIsLeftOut() throws Exception {
        Target expired = target(one);
        expired = new Target(
                expired.host(),
                expired.port(),
                expired.grantId(),
                expired.key(),
                expired.self(),
                expired.peer(),
                System.nanoTime(),
                expired.sendRate());
        lead(0, expired, target(other));
        assertThat(attempts()).containsOnly(0);
        assertThat(accepted(other)).isEqualTo(MANY);
        lead(3, expired);
        assertThat(attempts()).as("the router is asked").containsOnly(TwoHosts.ENOLINK);
    }
}
