package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.HostPath;
import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
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

/** A router that is started anew goes on with the listeners of the one before; programs notice neither its end nor its start. */
@RequiresHost(
        programs = {"nginx", "wrk", "python3", "curl"},
        slim = true)
class RouterRestartTest {
    private static final int PORT = 8700;
    private static final Duration SOON = Duration.ofSeconds(10);
    /** Longer than routers need to end and start, on any machine; the test ends it. */
    private static final int LOAD_SECONDS = 300;

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
        return container.host().startRouter(Router.MODE, RoutedLab.MODE_OF_PROGRAMS, "--connect-deadline-ms", "4000");
    }

    /** Under a load that lasts as long as they are killed, then stopped, and started anew. */
    @Test
    void listenersGoOnWithTheNextRouter() throws IOException {
        Nginx nginx = Nginx.configure(bed, "restart", "", Nginx.ok("" + PORT));
        String url = "http://" + server.address() + ":" + PORT + "/";
        try (Service service = Service.start(server, PORT, nginx.command())) {
            Running load = Shim.in(client).start(Wrk.gentle(url, "close", LOAD_SECONDS));
            for (boolean killed : new boolean[] {true, false}) {
                end(serverRouter, killed);
                serverRouter = start(server);
                end(clientRouter, killed);
                clientRouter = start(client);
            }
            client.exec("kill", "-INT", "" + load.pid()).orThrow();
            Wrk.assertFlawless(load.waitFor(SOON));
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
            visit("http://" + server.address() + ":" + PORT + "/");
            assertThat(service.process().isAlive()).isTrue();
        }
    }

    private static void end(Router router, boolean killed) {
        if (killed) {
            router.kill();
        } else {
            router.stop().orThrow();
        }
    }

    private static void visit(String url) {
        Shim.in(client).exec("curl", "-sSf", "-o", "/dev/null", url).orThrow();
    }

    private static void awaitHostPath(String url) {
        Eventually.await("the host path is taken", SOON, () -> {
            OverlayWatch overlay = OverlayWatch.start(bed);
            visit(url);
            return overlay.bytes() == 0;
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
