package io.slim.it.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.RoutedLab;
import io.slim.it.program.Shadows;
import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Finished;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers and clients are killed at any moment, from their very start on, under load. A second later nothing of them is left, and who comes next is not disturbed. */
@RequiresHost(
        programs = {"curl", "gcc", "nginx", "setsid"},
        slim = true)
class KilledTest {
    /** Each kind of victim so often. */
    private static final int ROUNDS = Integer.getInteger("slim.failure.rounds", 8);

    /** Another one each time; a failed run is repeated with {@code -Dslim.failure.seed}. */
    private static final long SEED = Long.getLong("slim.failure.seed", System.nanoTime());

    private static final int PORT = 7310;
    private static final int LATEST_MILLIS = 300;
    private static final int LOAD_THREADS = 4;
    private static final int VISITS = 20;
    private static final Duration GONE = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    private static Peers peers;
    private static Path nginx;

    /** Who is killed, of which server. */
    enum Victim {
        SINGLE("single"),
        EPOLL("epoll"),
        THREADED("threads"),
        PARENT_OF_WORKERS("prefork"),
        ONE_OF_THE_WORKERS("prefork"),
        NGINX_MASTER("nginx");

        private final String server;

        Victim(String server) {
            this.server = server;
        }

        void killIn(Server running) {
            if (this == ONE_OF_THE_WORKERS) {
                running.killChild();
            } else {
                running.killParent();
            }
        }

        String[] command() {
            return server.equals("nginx")
                    ? new String[] {"nginx", "-e", "/dev/null", "-c", "" + nginx}
                    : peers.serve(server, PORT);
        }
    }

    @BeforeAll
    static void prepare() throws IOException {
        peers = Peers.compile(lab.bed());
        nginx = lab.bed().directory().resolve("killed-nginx.conf");
        Files.writeString(nginx, """
                daemon off; user root; worker_processes 2; pid /dev/null; error_log /dev/null;
                events { worker_connections 512; }
                http { access_log off; server { listen %d; } }
                """.formatted(PORT));
    }

    @ParameterizedTest
    @EnumSource
    void atAnyMoment(Victim victim) {
        Random random = new Random(SEED + victim.name().hashCode());
        List<List<?>> confined = Confined.in(lab.bed());
        for (int round = 0; round < ROUNDS; round++) {
            try {
                killOne(victim, random);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("round " + round + " of -Dslim.failure.seed=" + SEED, e);
            }
        }
        Eventually.await(
                "the routers have nothing of the killed clients and servers", GONE, () -> lab.routers().stream()
                        .flatMap(router -> ProcessView.of(router.pid()).descriptors().stream())
                        .noneMatch("net:"::equals));
        Eventually.holdsWithin(SOON, () -> Confined.in(lab.bed()).equals(confined));
        assertThat(Confined.in(lab.bed()))
                .as("what confines host sockets, and what makes them")
                .isEqualTo(confined);
    }

    /**
     * Nobody may connect to them any more. What is in the kernel's other maps goes by itself: verdicts on handshakes that were cut off, which without the
     * grant let nobody in, and what is known not to be reachable.
     */
    @AfterAll
    static void nothingLeadsToThem() {
        Eventually.holdsWithin(SOON, () -> Confined.entries(lab.bed(), "grants").isEmpty());
        assertThat(Confined.entries(lab.bed(), "grants")).isEmpty();
    }

    private static void killOne(Victim victim, Random random) {
        Shadows shadows = Shadows.of(lab.server().host());
        try (Running load = peers.connectForEver(shim(lab.client()), lab.server(), PORT, LOAD_THREADS)) {
            try (Server server = Server.start(shim(lab.server()), victim.command())) {
                after(random.nextInt(LATEST_MILLIS));
                victim.killIn(server);
                if (victim == Victim.ONE_OF_THE_WORKERS) {
                    server.awaitListener(PORT);
                    assertThat(visit(VISITS).exitCode()).as("the others go on").isZero();
                }
            }
            Eventually.await("the kernel has ended all of them", GONE, KilledTest::isPortFree);
            if (random.nextBoolean()) {
                shadows.awaitNone();
                shadows.awaitWithdrawn(PORT);
                Eventually.await("a new client is refused", GONE, () -> isRefused(visit(1)));
            }
            succeed(victim, random);
            shadows.awaitNone();
            assertThat(load.isAlive())
                    .as(() -> "no connection hangs: " + load.stderr())
                    .isTrue();
            if (random.nextBoolean()) {
                assertThat(visit(1)).matches(KilledTest::isRefused);
            }
        }
    }

    /** The port is free at once, and the next server is reached at once. */
    private static void succeed(Victim victim, Random random) {
        try (Server successor = Server.start(shim(lab.server()), victim.command())) {
            successor.awaitListener(PORT);
            Finished visits = visit(VISITS);
            assertThat(visits.exitCode())
                    .as(() -> "all reach the successor: " + visits)
                    .isZero();
            after(random.nextInt(LATEST_MILLIS / 5));
        }
    }

    private static boolean isPortFree() {
        return lab.server()
                .exec("ss", "-Hltn", "sport = :" + PORT)
                .orThrow()
                .stdout()
                .isEmpty();
    }

    private static boolean isRefused(Finished visit) {
        return visit.exitCode() == 1 && visit.stderr().contains("Connection refused");
    }

    private static Finished visit(int connections) {
        return peers.connect(shim(lab.client()), lab.server(), PORT, 1, connections)
                .waitFor(SOON);
    }

    private static void after(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }

    private static Shell shim(Container container) {
        return container.slim();
    }
}
