package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.HostPath;
import io.slim.it.OverlayWatch;
import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A router that is started anew goes on with the listeners of the one before; programs notice neither its end nor its start. */
@RequiresHost(
        programs = {"nginx", "wrk", "python3"},
        slim = true)
class RouterRestartTest {
    private static final int PORT = 8700;
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int LOAD_SECONDS = 5;
    private static final int STRANGER_COUNT = 30;
    private static final long STRANGERS_GONE_MILLIS = 2000;
    private static final Path STRANGERS =
            Path.of("src/test/python/strangers.py").toAbsolutePath();

    private static TestBed bed;
    private static Container client;
    private static Container server;
    private static Router clientRouter;
    private static Router serverRouter;

    @BeforeAll
    static void setUp() {
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
        client = bed.container(1);
        server = bed.container(2);
        clientRouter = start(client);
        serverRouter = start(server);
        HostPath.awaitReady(bed, client, server);
    }

    @AfterAll
    static void tearDown() {
        bed.close();
    }

    /** A test that has failed may have left less. */
    @BeforeEach
    void bothRoutersRun() {
        clientRouter = clientRouter.isAlive() ? clientRouter : start(client);
        serverRouter = serverRouter.isAlive() ? serverRouter : start(server);
    }

    private static Router start(Container container) {
        return container.host().startRouter("--connect-deadline-ms", "4000");
    }

    @ParameterizedTest(name = "killed: {0}")
    @ValueSource(booleans = {true, false})
    void listenersGoOnWithTheNextRouter(boolean killed) throws IOException {
        Nginx nginx = Nginx.configure(bed, killed ? "killed" : "stopped", "", Nginx.ok("" + PORT));
        String url = "http://" + server.address() + ":" + PORT + "/";
        try (Service service = Service.start(server, PORT, nginx.command())) {
            Running load = Shim.in(client).start(Wrk.command(url, "close", LOAD_SECONDS));
            for (int i = 0; i < 3; i++) {
                end(serverRouter, killed);
                serverRouter = start(server);
                end(clientRouter, killed);
                clientRouter = start(client);
            }
            Wrk.assertFlawless(load.waitFor(SOON.plusSeconds(LOAD_SECONDS)));
            awaitHostPath(url);
            nginx.master().destroy();
            service.shadows().awaitNone();
            awaitWithdrawn();
        }
    }

    /** Nobody has connected since the router was started anew: the listener is offered all the same. */
    @Test
    void anIdleListenerIsOfferedAgainAtOnce() {
        try (Service service = Service.start(server, PORT, "python3", "-m", "http.server", "" + PORT)) {
            serverRouter.kill();
            serverRouter = start(server);
            assertThat(serverRouter.log()).contains("1 of 1 listeners of an earlier router found again");
            awaitHostPath("http://" + server.address() + ":" + PORT + "/");
            service.process().kill();
            awaitWithdrawn();
        }
    }

    /** A listener that ended while no router was there is not offered, and its port on the host is not given to the next. */
    @Test
    void whatEndedMeanwhileIsNotOffered() {
        String first;
        try (Service service = Service.start(server, PORT, "python3", "-m", "http.server", "" + PORT)) {
            first = shadowPort(serverRouter);
            serverRouter.kill();
            service.process().kill();
            serverRouter = start(server);
            assertThat(serverRouter.log()).contains("0 of 1 listeners of an earlier router found again");
        }
        try (Service service = Service.start(server, PORT, "python3", "-m", "http.server", "" + PORT)) {
            assertThat(shadowPort(serverRouter)).isNotEqualTo(first);
            service.stop(Service.BY_SIGTERM);
        }
    }

    @Test
    void aJournalThatIsGarbageCostsNothingButTheOverlay() throws IOException {
        try (Service service = Service.start(server, PORT, "python3", "-m", "http.server", "" + PORT)) {
            serverRouter.kill();
            Path journal = server.host().directory().resolve("listeners.journal");
            assertThat(journal).exists();
            Files.write(journal, new byte[100_000]);
            serverRouter = start(server);
            Wrk.run(Shim.in(client), "http://" + server.address() + ":" + PORT + "/", "close");
            assertThat(service.process().isAlive()).isTrue();
        }
    }

    /** Those whom nobody has announced are not served while no router runs either, and hold up nobody. */
    @Test
    void strangersHoldUpNobodyWhileNoRouterRuns() {
        try (Service service = Service.start(server, PORT, "python3", "-m", "http.server", "" + PORT)) {
            String shadow = shadowPort(serverRouter);
            serverRouter.kill();
            String ended = bed.host(1)
                    .exec("python3", STRANGERS.toString(), server.host().address(), shadow, "" + STRANGER_COUNT)
                    .orThrow()
                    .stdout();
            assertThat(Long.parseLong(ended.strip())).isLessThan(STRANGERS_GONE_MILLIS);
            service.stop(Service.BY_SIGTERM);
        }
    }

    private static void end(Router router, boolean killed) {
        if (killed) {
            router.kill();
        } else {
            router.stop().orThrow();
        }
    }

    private static void awaitHostPath(String url) {
        Eventually.await("the host path is taken", SOON, () -> {
            OverlayWatch overlay = OverlayWatch.start(bed);
            Wrk.run(Shim.in(client), url, "close");
            return overlay.isUnused();
        });
    }

    private static void awaitWithdrawn() {
        Eventually.await(
                "withdrawn", Duration.ofSeconds(1), () -> lastWord(serverRouter).contains(" withdrawn"));
    }

    private static String shadowPort(Router router) {
        return lastWord(router).replaceFirst(".* offered at port ", "");
    }

    private static String lastWord(Router router) {
        return router.log()
                .lines()
                .filter(line -> line.contains(":" + PORT + " of container "))
                .reduce("", (earlier, later) -> later);
    }
}
