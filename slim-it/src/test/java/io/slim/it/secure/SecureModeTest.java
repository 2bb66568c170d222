package io.slim.it.secure;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Host;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What secure mode does for those who may, and against those who may not any more. */
@RequiresHost(
        programs = {"python3"},
        slim = true)
class SecureModeTest {
    private static final int PORT = 7400;
    private static final Duration READY = Duration.ofSeconds(10);
    private static final Path SERVER =
            Path.of("src/test/python/names_server.py").toAbsolutePath();
    private static final String ALLOW = "rules: []\n";
    private static final String OVERLAY = "rules: [{name: closed, ports: " + PORT + ", action: overlay}]\n";
    /** The file is looked at twice a second; the rest is for a busy machine. */
    private static final long SOON_MILLIS = 3000;

    private static TestBed bed;
    private static Router[] routers;

    private Running server;

    @BeforeAll
    static void start() throws IOException {
        bed = TestBed.builder().hosts(2).containersPerHost(2).build();
        routers = new Router[] {start(bed.host(1), "secure"), start(bed.host(2), "secure")};
    }

    private static Router start(Host host, String mode) throws IOException {
        replace(host, ALLOW);
        return host.startRouter(
                Router.MODE,
                mode,
                "--connect-deadline-ms",
                "4000",
                "--policy",
                policy(host).toString());
    }

    private static Path policy(Host host) {
        return bed.directory().resolve(host.name() + ".policy.yaml");
    }

    private static void replace(Host host, String text) throws IOException {
        Path next = Files.writeString(bed.directory().resolve("next.yaml"), text);
        Files.move(next, policy(host), StandardCopyOption.ATOMIC_MOVE);
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @BeforeEach
    void serve() {
        server = bed.container(2).slim().start("python3", SERVER.toString(), Integer.toString(PORT));
        server.waitForListener(PORT, READY);
    }

    @AfterEach
    void end() throws IOException {
        server.close();
        // A test that failed must not fail the next.
        for (Host host : bed.hosts()) {
            if (Router.runningOn(host).isEmpty()) {
                routers[bed.hosts().indexOf(host)] = start(host, "secure");
            }
        }
    }

    private static Container client() {
        return bed.container(1);
    }

    private static Container neighbour() {
        return bed.container(4);
    }

    private static String served() {
        return bed.container(2).address();
    }

    @Test
    void bothEndsSeeTheOverlaysNames() {
        for (Container from : new Container[] {client(), neighbour()}) {
            for (String address : new String[] {served(), bed.container(2).address6()}) {
                try (Visits visits = Visits.start(from, address, PORT)) {
                    visits.assertAll(visits.await("host", 0), "host");
                    visits.assertUnharmed();
                }
            }
        }
    }

    @Test
    void whatAnOperatorRevokesEndsAndMayBeAskedForAgain() {
        String[] wishes = {"/revoke?client=" + client().address(), "/revoke?destination=" + served() + "&port=" + PORT};
        for (int side = 0; side < 2; side++) {
            settle();
            try (Running held = Visits.hold(client(), served(), PORT);
                    Running other = Visits.hold(neighbour(), served(), PORT)) {
                // The client's own router takes back what it has been given, the server's what it has given.
                routers[side].admin(wishes[side]);
                held.waitForOutput("its end", READY, output -> output.contains("ended"));
                if (side == 0) {
                    assertThat(other.stdout()).isEqualTo("host\n");
                } else {
                    other.waitForOutput("its end", READY, output -> output.contains("ended"));
                }
            }
        }
        settle();
    }

    private void settle() {
        for (Container from : new Container[] {client(), neighbour()}) {
            try (Visits visits = Visits.start(from, served(), PORT)) {
                visits.await("host", 0);
            }
        }
    }

    @Test
    void aNewPolicyEndsWhatItForbids() throws Exception {
        for (Host host : bed.hosts()) {
            settle();
            try (Visits visits = Visits.start(client(), served(), PORT);
                    Running held = Visits.hold(client(), served(), PORT)) {
                replace(host, OVERLAY);
                held.waitForOutput("its end", READY, output -> output.contains("ended"));
                long closed = Visits.now();
                visits.assertAll(closed + 1500, "overlay");
                replace(host, ALLOW);
                long opened = Visits.now();
                assertThat(visits.await("host", opened)).isLessThan(opened + SOON_MILLIS);
                visits.assertUnharmed();
            }
        }
    }

    @Test
    void aContainerThatIsUnregisteredLosesWhatItHas() {
        settle();
        try (Running held = Visits.hold(client(), served(), PORT)) {
            routers[0].admin("/unregister?id=c1");
            held.waitForOutput("its end", READY, output -> output.contains("ended"));
            try (Visits visits = Visits.start(client(), served(), PORT)) {
                visits.assertAll(Visits.now(), "overlay");
            }
        } finally {
            routers[0].register(client());
        }
        settle();
    }

    @Test
    void aContainerWhoseAddressIsAnotherHostsLosesWhatItHas() throws Exception {
        settle();
        String known = Files.readString(bed.resolverFile());
        try (Running held = Visits.hold(client(), served(), PORT);
                Running other = Visits.hold(neighbour(), served(), PORT)) {
            String line = "\"" + client().address() + "\": ";
            resolve(known.replaceFirst(line + "\".*\"", line + "\"192.168.77.9\""));
            held.waitForOutput("its end", READY, output -> output.contains("ended"));
            try (Visits visits = Visits.start(client(), served(), PORT)) {
                visits.assertAll(Visits.now(), "overlay");
                visits.assertUnharmed();
            }
            assertThat(other.stdout()).isEqualTo("host\n");
        } finally {
            resolve(known);
        }
        settle();
    }

    private static void resolve(String text) throws IOException {
        Path next = Files.writeString(bed.directory().resolve("next-resolver.yaml"), text);
        Files.move(next, bed.resolverFile(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Known pairs need no router; nothing else is let through meanwhile, and no connection fails. */
    @Test
    void routersAreKilledUnderLoad() throws Exception {
        settle();
        for (int side = 0; side < 2; side++) {
            try (Visits visits = Visits.start(client(), served(), PORT);
                    Running held = Visits.hold(client(), served(), PORT)) {
                visits.await("host", 0);
                routers[side].kill();
                long killed = Visits.now();
                if (side == 1) {
                    visits.assertAll(killed, "host");
                } // Without its own router a client soon has no host sockets.
                routers[side] = start(bed.host(side + 1), "secure");
                long started = Visits.now();
                visits.await("host", started);
                Eventually.await("the host path is back for good", READY, () -> isBack(visits));
                visits.assertUnharmed();
                assertThat(held.stdout()).as("the connection of before").isEqualTo("host\n");
            }
        }
    }

    private static boolean isBack(Visits visits) {
        try {
            visits.assertAll(Visits.now(), "host");
            return true;
        } catch (AssertionError overlay) {
            return false;
        }
    }

    @Test
    void aPeerInTheOtherModeIsReachedOverTheOverlay() throws Exception {
        settle();
        routers[1].stop();
        routers[1] = start(bed.host(2), "non-secure");
        try (Visits visits = Visits.start(client(), served(), PORT)) {
            // What the kernel was told holds until the peer's last sign of life has run out.
            visits.assertAll(visits.await("overlay", 0), "overlay");
            visits.assertUnharmed();
        } finally {
            routers[1].stop();
            routers[1] = start(bed.host(2), "secure");
        }
    }
}
