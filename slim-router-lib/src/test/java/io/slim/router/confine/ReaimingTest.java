package io.slim.router.confine;

import static io.slim.router.confine.TwoHosts.EPERM;
import static io.slim.router.confine.TwoHosts.refusedBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.slim.router.lab.Eventually;
import io.slim.router.lab.SocketAgent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whoever has a host socket tries to reach, or to be, what it was not given for. Each attack is shown to be real: it succeeds when the programs that refuse it
 * have been taken away.
 */
@Tag("root")
class ReaimingTest {

    private TwoHosts hosts;
    private SocketAgent agent;
    private boolean connected = true;

    @BeforeEach
    void start() throws Exception {
        hosts = new TwoHosts();
        agent = hosts.agent;
    }

    @AfterEach
    void stop() throws Exception {
        hosts.close();
    }

    /** A service of the host that no container may reach. */
    private int hostService(String address) throws Exception {
        int family = address.contains(":") ? 6 : 4;
        int service = agent.must("make", "family", family).socket();
        agent.must("bind", "s", service, "host", address, "port", 0);
        agent.must("listen", "s", service);
        return Integer.parseInt(agent.must("name", "s", service).get("port"));
    }

    @ParameterizedTest
    @CsvSource({
        "4, 127.0.0.1, 127.0.0.1, slim_connect4",
        "6, 127.0.0.1, ::ffff:127.0.0.1, slim_connect6",
        "6, ::1, ::1, slim_connect6"
    })
    void aClientReachesNoServiceOfTheHost(int family, String bound, String aim, String program) throws Exception {
        int port = hostService(bound);
        // A client socket is bound to the host's IPv4 address; only one that is not can go to [::1], whoever lets it.
        boolean possible = !aim.equals("::1");
        if (possible) {
            refusedBy(hosts.here, () -> connect(hosts.socket(family), aim, port), program);
        } else {
            assertThat(connect(hosts.socket(family), aim, port)).isEqualTo(TwoHosts.ENOLINK);
        }
    }

    private int connect(int socket, String host, int port) throws Exception {
        return agent.call("connect", "s", socket, "host", host, "port", port).errno();
    }

    @Test
    void aConnectedClientGoesNowhereElse() throws Exception {
        TwoHosts.Offer offer = hosts.offer();
        hosts.lead(offer, TwoHosts.CLIENT);
        TwoHosts.Offer other = hosts.offer(4, ConfinedHost.endpoint("10.32.0.3", 80), TwoHosts.CLIENT);
        hosts.lead(other, TwoHosts.CLIENT);
        int port = hostService("127.0.0.1");
        refusedBy(
                hosts.here,
                () -> {
                    int socket = connected ? hosts.connected() : hosts.socket(4);
                    agent.must("connect", "s", socket, "host", "unspec", "port", 0);
                    if (connected) {
                        assertThat(connect(socket, "10.32.0.3", 80)).isEqualTo(EPERM);
                    }
                    connected = false;
                    return connect(socket, "127.0.0.1", port);
                },
                "slim_connect4");
        assertThat(hosts.here.denials("connect-elsewhere")).isPositive();
    }

    @Test
    void aClientMayComeBackToItsOwnDestination() throws Exception {
        hosts.lead(hosts.offer(), TwoHosts.CLIENT);
        int socket = hosts.connected();
        agent.must("connect", "s", socket, "host", "unspec", "port", 0);
        assertThat(connect(socket, "10.32.0.2", 80)).isZero();
    }

    @Test
    void anotherContainersDestinationIsUnknown() throws Exception {
        hosts.lead(hosts.offer(), TwoHosts.CLIENT);
        ConfinedContainer neighbour = hosts.here.admit("neighbour");
        int socket = hosts.here.client(agent, neighbour, 4);
        assertThat(connect(socket, "10.32.0.2", 80)).isEqualTo(TwoHosts.ENOLINK);
        hosts.here.run(() -> hosts.here.confinement.dismiss(neighbour));
        assertThat(connect(socket, "10.32.0.2", 80)).as("dismissed").isEqualTo(EPERM);
    }

    @Test
    void fastOpenIsAConnectLikeAnyOther() throws Exception {
        int port = hostService("127.0.0.1");
        refusedBy(
                hosts.here,
                () -> agent.call("fastopen", "s", hosts.socket(4), "host", "127.0.0.1", "port", port)
                        .errno(),
                "slim_connect4");
    }

    @ParameterizedTest
    @CsvSource({"4, 0.0.0.0, slim_bind4", "6, ::, slim_bind6"})
    void nobodyBinds(int family, String address, String program) throws Exception {
        TwoHosts.Offer offer = hosts.offer();
        assertThat(bind(offer.shadow(), "0.0.0.0")).as("shadow").isEqualTo(EPERM);
        // Made before the program is taken away: without it the vault could not seal any.
        int client = hosts.socket(family);
        assertThat(bind(client, address)).as("client").isEqualTo(EPERM);
        assertThat(hosts.here.denials("bind")).isPositive();
        TwoHosts.detach(hosts.here, program);
        Eventually.get(() -> bind(client, address), errno -> errno == 0);
    }

    private int bind(int socket, String address) throws Exception {
        return agent.call("bind", "s", socket, "host", address, "port", 0).errno();
    }

    @ParameterizedTest
    @CsvSource({"fresh", "unspec"})
    void aClientThatListensHearsNobody(String how) throws Exception {
        hosts.lead(hosts.offer(), TwoHosts.CLIENT);
        refusedBy(
                hosts.here,
                () -> {
                    int socket = how.equals("fresh") ? hosts.socket(4) : hosts.connected();
                    if (how.equals("unspec")) {
                        agent.must("connect", "s", socket, "host", "unspec", "port", 0);
                    }
                    return callIn(socket);
                },
                "slim_ingress");
        assertThat(hosts.here.denials("packet-no-shadow")).isPositive();
        assertThat(hosts.here.denials("listen")).isPositive();
    }

    /** Listens, and lets an outsider call: the port is found as the outsider would, by asking the kernel what listens. */
    private int callIn(int socket) throws Exception {
        agent.must("listen", "s", socket);
        int port = ListeningPorts.of(
                Long.parseLong(agent.must("cookie", "s", socket).get("cookie")));
        int outsider = agent.must("make").socket();
        int errno = agent.call("connect", "s", outsider, "host", "127.0.0.1", "port", port, "wait", 0.2)
                .errno();
        agent.must("close", "s", outsider);
        agent.must("close", "s", socket);
        return errno;
    }

    @Test
    void acceptedConnectionsAndShadowsConnectNowhereAndDoNotListenAnew() throws Exception {
        TwoHosts.Offer offer = hosts.offer();
        hosts.lead(offer, TwoHosts.CLIENT);
        hosts.connected();
        int child = agent.must("accept", "s", offer.shadow()).socket();
        int port = hostService("127.0.0.2");
        agent.must("connect", "s", child, "host", "unspec", "port", 0);
        assertThat(connect(child, "127.0.0.2", port)).as("child").isEqualTo(EPERM);
        assertThat(connect(offer.shadow(), "127.0.0.2", port)).as("shadow").isNotZero();
        agent.must("connect", "s", offer.shadow(), "host", "unspec", "port", 0);
        assertThat(connect(offer.shadow(), "127.0.0.2", port))
                .as("shadow after AF_UNSPEC")
                .isEqualTo(EPERM);
        assertThat(agent.call("listen", "s", child).errno()).isZero();
        assertThat(connect(child, "127.0.0.2", port)).as("child that listened").isNotZero();
        assertThat(hosts.there.denials("listen")).isPositive();
        TwoHosts.detach(hosts.there, "slim_connect4");
        Eventually.get(
                () -> {
                    agent.must("connect", "s", child, "host", "unspec", "port", 0);
                    return connect(child, "127.0.0.2", port);
                },
                errno -> errno == 0);
    }

    /** Both ends call: the client's socket is then told of a passive connection, but it is no child of a shadow. */
    @Test
    void simultaneousOpenMakesNoneButTheClientOfIt() throws Exception {
        try (SocketAgent raw = new SocketAgent()) {
            raw.must("root");
            String shadow = raw.must("mute", "host", "127.0.0.2", "port", 0).get("port");
            int port = Integer.parseInt(shadow);
            TwoHosts.Offer offer = new TwoHosts.Offer(
                    0, 1, hosts.there.on(hosts.there.confinement::newId), ConfinedHost.newKey(), port, TwoHosts.SERVER);
            hosts.lead(offer, TwoHosts.CLIENT);
            int socket = hosts.socket(4);
            assertThat(agent.call("connect", "s", socket, "host", "10.32.0.2", "port", 80, "wait", 0.05)
                            .errno())
                    .as("nobody answers yet")
                    .isNotZero();
            int own = Integer.parseInt(agent.must("name", "s", socket).get("port"));
            String[] from = {"127.0.0.2", Integer.toString(port), "127.0.0.1", Integer.toString(own)};
            int number = Integer.parseUnsignedInt(
                    raw.must("syn", "source", from[0], "sport", from[1], "target", from[2], "dport", from[3], "seq", 7)
                            .get("seq"));
            raw.must(
                    "packet",
                    "source",
                    from[0],
                    "sport",
                    from[1],
                    "target",
                    from[2],
                    "dport",
                    from[3],
                    "seq",
                    8,
                    "ack",
                    Integer.toUnsignedString(number + 1),
                    "flags",
                    0x10);
            Eventually.get(() -> agent.call("send", "s", socket, "text", "x").errno(), errno -> errno == 0);
            assertThat(agent.must("peer", "s", socket).name()).isEqualTo("10.32.0.2:80");
            assertThat(agent.must("name", "s", socket).get("host")).isEqualTo(TwoHosts.CLIENT);
            agent.must("connect", "s", socket, "host", "unspec", "port", 0);
            assertThat(connect(socket, "127.0.0.1", hostService("127.0.0.1"))).isEqualTo(EPERM);
        }
    }
}
