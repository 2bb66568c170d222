package io.slim.it.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.HostPath;
import io.slim.testbed.Eventually;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Routers are killed at any moment and started again, under load, in secure mode their vault processes too: no connection fails, and listeners that lived
 * before are offered again. What secure mode has in the kernel is the same after each restart. A thousand restarts: {@code -Dslim.failure.rounds=1000}.
 */
@RequiresHost(
        programs = {"gcc", "setsid"},
        slim = true)
class RouterKilledTest {
    private static final int ROUNDS = Integer.getInteger("slim.failure.rounds", 4);

    /** Another one each time; a failed run is repeated with {@code -Dslim.failure.seed}. */
    private static final long SEED = Long.getLong("slim.failure.seed", System.nanoTime());

    private static final int LATEST_MILLIS = 400;
    private static final int THREADS = 2;
    private static final long VISITS = 20;
    private static final Duration SOON = Duration.ofSeconds(20);
    /** More than they can make while the test lasts. */
    private static final long WITHOUT_END = 1_000_000_000;

    private static final Map<String, Integer> PORTS = Map.of("threads", 7330, "prefork", 7331, "epoll", 7332);

    private final List<Server> servers = new ArrayList<>();
    private final List<Running> clients = new ArrayList<>();
    private String mode = "";
    private TestBed bed;
    private Peers peers;
    private Router[] routers;

    private void start(String mode) {
        this.mode = mode;
        routers = new Router[] {router(1), router(2)};
        HostPath.awaitReady(bed, bed.container(1), bed.container(2));
        peers = Peers.compile(bed);
        PORTS.forEach((kind, port) -> {
            Server server = Server.start(bed.container(2).slim(), peers.serve(kind, port));
            servers.add(server);
            server.awaitListener(port);
            clients.add(peers.connectGently(bed.container(1).slim(), bed.container(2), port, THREADS, WITHOUT_END));
        });
    }

    private Router router(int number) {
        return bed.host(number).startRouter(Router.MODE, mode);
    }

    @BeforeEach
    void setUp() {
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
    }

    @AfterEach
    void tearDown() {
        servers.forEach(Server::close);
        bed.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"secure", "non-secure"})
    void noConnectionFails(String asMode) {
        start(asMode);
        Random random = new Random(SEED);
        List<List<String>> before = confined();
        for (int round = 0; round < ROUNDS; round++) {
            int which = random.nextInt(routers.length);
            after(random.nextInt(LATEST_MILLIS));
            Confined.killVaults(bed.host(which + 1));
            after(random.nextInt(LATEST_MILLIS));
            routers[which].kill();
            after(random.nextInt(LATEST_MILLIS));
            routers[which] = router(which + 1);
            String when = "round " + round + " of -Dslim.failure.seed=" + SEED;
            assertUnharmed(when);
            Eventually.holdsWithin(SOON, () -> confined().equals(before));
            assertThat(confined()).as("in the kernel, " + when).isEqualTo(before);
        }
        PORTS.forEach((kind, port) -> Eventually.await(
                kind + " is reached over the host path again", SOON, () -> hostSocketsOf(VISITS, port) == VISITS));
        assertUnharmed("at the end of -Dslim.failure.seed=" + SEED);
    }

    private long hostSocketsOf(long connections, int port) {
        return Long.parseLong(peers.connect(bed.container(1).slim(), bed.container(2), port, 1, connections)
                .waitFor(SOON)
                .orThrow()
                .stdout()
                .strip());
    }

    private List<List<String>> confined() {
        return bed.hosts().stream().map(Confined::on).toList();
    }

    private void assertUnharmed(String when) {
        assertThat(clients).as("clients, " + when).allSatisfy(client -> {
            assertThat(client.stderr()).isEmpty();
            assertThat(client.isAlive()).isTrue();
        });
        assertThat(servers).as("servers, " + when).allSatisfy(server -> {
            assertThat(server.output()).isEmpty();
            assertThat(server.isAlive()).isTrue();
        });
    }

    private static void after(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }
}
