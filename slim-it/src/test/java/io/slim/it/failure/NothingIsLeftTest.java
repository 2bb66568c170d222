package io.slim.it.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.RoutedLab;
import io.slim.it.program.Shadows;
import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Finished;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.junit.RequiresHost;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many connections leave nothing behind: no descriptor and no thread in client, server and routers, no object in the routers, nothing in the kernel, no word. */
@RequiresHost(
        programs = {"curl", "gcc"},
        slim = true)
class NothingIsLeftTest {
    /** If set, each kind of server gets so many, instead of what keeps the test short. */
    private static final long CONNECTIONS = Long.getLong("slim.failure.connections", 0);

    private static final long WARM = 2_000;
    private static final int PORT = 7300;
    private static final int THREADS = 8;
    /** The shim keeps at most so many connections to its router; when it opens them depends on how many threads ask at the same time. */
    private static final int ROUTER_CONNECTIONS = 8;

    private static final Duration SOON = Duration.ofSeconds(10);
    /** At least a thousand in a second. */
    private static final Duration MANY = Duration.ofSeconds(300 + CONNECTIONS / 1000);
    /** Ten bytes for each of 100,000 connections; the JVM's own ups and downs are less. */
    private static final long HEAP_BYTES = 1_000_000;

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    private static Peers peers;

    @BeforeAll
    static void compile() {
        peers = Peers.compile(lab.bed());
    }

    @ParameterizedTest
    @CsvSource({"threads, 8, 20000", "prefork, 9, 20000", "epoll, 1, 100000"})
    void ofManyConnections(String kind, int threads, long connections) {
        serve(kind, threads, WARM);
        List<Long> heapsBefore = heaps(); // first: to ask for it opens a socket in the JVM, once
        List<List<String>> routersBefore = idleRouters();
        List<List<?>> confinedBefore = Confined.in(lab.bed());
        serve(kind, threads, CONNECTIONS > 0 ? CONNECTIONS : connections);
        assertBecomes("the routers", routersBefore, NothingIsLeftTest::idleRouters);
        assertBecomes("what confines host sockets", confinedBefore, () -> Confined.in(lab.bed()));
        assertBecomes("what may connect", List.of(), () -> Confined.entries(lab.bed(), "destinations|grants|verdicts"));
        List<Long> heapsAfter = heaps();
        System.out.println(
                kind + ": bytes on the heaps of both routers before " + heapsBefore + ", after " + heapsAfter);
        for (int i = 0; i < heapsBefore.size(); i++) {
            assertThat(heapsAfter.get(i) - heapsBefore.get(i))
                    .as("bytes on the heap of router " + i)
                    .isLessThan(HEAP_BYTES);
        }
    }

    private static void serve(String kind, int threads, long connections) {
        Shadows shadows = Shadows.of(lab.server().host());
        try (Server server = Server.start(shim(lab.server()), peers.serve(kind, PORT))) {
            shadows.awaitOffered(PORT, server::isAlive);
            server.awaitThreads(threads);
            connect(WARM);
            List<ProcessView> before = server.views();
            connect(connections);
            assertBecomes("the server's processes", before, server::views);
            assertThat(server.output()).as("what the server says").isEmpty();
        }
        shadows.awaitNone();
    }

    /** A client that looks the same after a tenth of its connections and after all. */
    private static void connect(long connections) {
        try (Running client = peers.connectAndStop(shim(lab.client()), lab.server(), PORT, THREADS, connections)) {
            ProcessView before = viewOfStopped(client);
            signal(client, "CONT");
            ProcessView after = viewOfStopped(client);
            assertThat(after.threads()).as("threads of the client").isEqualTo(1);
            assertThat(after.others()).isEqualTo(before.others());
            assertThat(after.sockets()).isLessThanOrEqualTo(before.sockets() + ROUTER_CONNECTIONS - 1);
            signal(client, "CONT");
            Finished finished = client.waitFor(SOON).orThrow();
            assertThat(finished.stderr()).as("what the client says").isEmpty();
            assertThat(Long.parseLong(finished.stdout().strip()))
                    .as("host sockets of " + connections)
                    .isGreaterThan(connections / 2);
        }
    }

    private static ProcessView viewOfStopped(Running client) {
        Eventually.holdsWithin(MANY, () -> !client.isAlive() || ProcessView.isStopped(client.pid()));
        assertThat(client.isAlive())
                .as(() -> "client lives: " + client.stderr())
                .isTrue();
        assertThat(ProcessView.isStopped(client.pid()))
                .as("client has made its connections")
                .isTrue();
        return ProcessView.of(client.pid());
    }

    private static void signal(Running program, String signal) {
        lab.client().exec("kill", "-" + signal, "" + program.pid()).orThrow();
        Eventually.await("it goes on", SOON, () -> !ProcessView.isStopped(program.pid()));
    }

    private static <T> void assertBecomes(String what, T expected, Supplier<T> actual) {
        Eventually.holdsWithin(SOON, () -> actual.get().equals(expected));
        assertThat(actual.get())
                .as(() -> what + "; the routers say:\n" + lab.logs())
                .isEqualTo(expected);
    }

    /** What they have open when they serve nobody: they hold the network namespace of each container that they serve. */
    private static List<List<String>> idleRouters() {
        Eventually.await("the routers serve nobody", SOON, () -> routers().stream()
                .flatMap(List::stream)
                .noneMatch("net:"::equals));
        return routers();
    }

    /** Descriptors only: threads of a JVM come and go. */
    private static List<List<String>> routers() {
        return lab.routers().stream()
                .map(router -> ProcessView.of(router.pid()).descriptors())
                .toList();
    }

    private static List<Long> heaps() {
        return lab.routers().stream()
                .map(Router::pid)
                .map(RouterHeap::liveBytes)
                .toList();
    }

    private static Shell shim(Container container) {
        return container.slim().with("SLIM_WAIT_MS", "5000");
    }
}
