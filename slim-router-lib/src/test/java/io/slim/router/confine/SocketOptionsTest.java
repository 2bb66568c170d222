package io.slim.router.confine;

import static io.slim.router.confine.TwoHosts.EPERM;
import static org.assertj.core.api.Assertions.assertThat;

import io.slim.router.lab.Eventually;
import io.slim.router.lab.SocketAgent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every option that there could be, on a client, a shadow and an accepted connection, tried by root: those on the list and no others. */
@Tag("root")
class SocketOptionsTest {

    private static final int SOL_IP = 0;
    private static final int SOL_SOCKET = 1;
    private static final int SOL_TCP = 6;
    private static final int SOL_IPV6 = 41;
    private static final int MOST = 128;

    /** By level; docs/secure-mode.md has the names. */
    private static final Map<Integer, Set<Integer>> SETTABLE = Map.of(
            SOL_IP, Set.of(1),
            SOL_SOCKET, Set.of(2, 7, 8, 9, 10, 13, 18, 20, 21, 60, 66, 67),
            SOL_TCP, Set.of(1, 3, 4, 5, 6, 7, 8, 9, 12, 18, 25),
            SOL_IPV6, Set.of(26, 67));

    private static final Map<Integer, Set<Integer>> READABLE_BESIDES = Map.of(
            SOL_IP, Set.of(2, 10, 11, 14, 15, 19, 24),
            SOL_SOCKET, Set.of(3, 4, 5, 6, 12, 15, 19, 28, 30, 38, 39, 47, 49, 55, 57, 71, 72),
            SOL_TCP, Set.of(2, 10, 11, 13, 16, 17, 19, 23, 24, 26, 30, 35, 36),
            SOL_IPV6, Set.of(16, 23, 24, 25));

    private TwoHosts hosts;
    private SocketAgent agent;

    @BeforeEach
    void start() throws Exception {
        hosts = new TwoHosts();
        agent = hosts.agent;
        agent.must("root");
    }

    @AfterEach
    void stop() throws Exception {
        hosts.close();
    }

    private List<String> differing(int socket) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (int level : SETTABLE.keySet()) {
            for (int name = 0; name < MOST; name++) {
                boolean settable = SETTABLE.get(level).contains(name);
                boolean set = agent.call("set", "s", socket, "level", level, "name", name, "value", 1)
                                .errno()
                        != EPERM;
                if (set != settable) {
                    wrong.add("set " + level + "/" + name);
                }
                boolean readable = settable || READABLE_BESIDES.get(level).contains(name);
                int read = agent.call("get", "s", socket, "level", level, "name", name)
                        .errno();
                // What the kernel itself does not have never comes to the program, or fails before.
                if (readable ? read == EPERM : read == 0) {
                    wrong.add("get " + level + "/" + name);
                }
            }
        }
        return wrong;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void onlyListedOptionsCanBeSetOrRead(int family) throws Exception {
        TwoHosts.Offer offer = hosts.offer(family, TwoHosts.SERVER, TwoHosts.CLIENT);
        hosts.lead(offer, TwoHosts.CLIENT);
        int client = hosts.socket(family);
        assertThat(differing(client)).as("client").isEmpty();
        String host = family == 4 ? "10.32.0.2" : "::ffff:10.32.0.2";
        int other = hosts.socket(family);
        agent.must("connect", "s", other, "host", host, "port", 80);
        int child = agent.must("accept", "s", offer.shadow()).socket();
        assertThat(differing(child)).as("child").isEmpty();
        assertThat(differing(offer.shadow())).as("shadow").isEmpty();
        assertThat(hosts.here.denials("set-option")).isPositive();
        assertThat(hosts.there.denials("get-option")).isPositive();
    }

    @Test
    void theListIsWhatKeepsASocketFromTheHostsDevicesAndFromItsSyn() throws Exception {
        TwoHosts.Offer offer = hosts.offer();
        TwoHosts.refusedBy(
                hosts.here,
                () -> agent.call("set", "s", hosts.socket(4), "level", SOL_SOCKET, "name", 25, "hex", "6c6f00")
                        .errno(), // SO_BINDTODEVICE lo
                "slim_setsockopt");
        TwoHosts.refusedBy(
                hosts.there,
                () -> agent.call("get", "s", offer.shadow(), "level", SOL_TCP, "name", 27)
                        .errno(), // TCP_SAVE_SYN
                "slim_getsockopt");
    }

    @Test
    void timeStampsComeWithoutThePacket() throws Exception {
        hosts.lead(hosts.offer(), TwoHosts.CLIENT);
        int socket = hosts.connected();
        assertThat(agent.must("stamp", "s", socket).get("bytes")).isEqualTo("0");

        int service = agent.must("make").socket();
        agent.must("bind", "s", service, "host", "127.0.0.1", "port", 0);
        agent.must("listen", "s", service);
        int plain = agent.must("make").socket();
        agent.must(
                "connect",
                "s",
                plain,
                "host",
                "127.0.0.1",
                "port",
                agent.must("name", "s", service).get("port"));
        Eventually.get(() -> Integer.parseInt(agent.must("stamp", "s", plain).get("bytes")), bytes -> bytes > 0);
    }
}
