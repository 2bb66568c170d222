package io.slim.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.Finished;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One container takes all that it is given, or claims to be another. Its neighbour on the same host is served as before. */
@RequiresHost(
        programs = {"gcc", "ip", "unshare"},
        slim = true)
class ExhaustionAttacksTest {
    private static final String PORT = "7500";
    /** Host sockets of one container; what is queued counts. */
    private static final int SOCKETS = 16384;

    private static final Duration MANY = Duration.ofSeconds(60);

    private static AttackLab lab;

    @BeforeAll
    static void start() {
        lab = new AttackLab(TestBed.builder());
        Running unusedServer = lab.serve(lab.container(2), PORT);
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @Test
    void aHoardOfHostSocketsEndsAtTheBoundAndTheNeighbourIsServed() {
        String served = lab.container(2).address();
        try (Running hoard = lab.start(lab.container(1), "hoard", "4", served, PORT)) {
            hoard.waitForOutput("its bound", MANY, output -> output.contains("hoarded"));
            int sockets = Integer.parseInt(hoard.stdout().split(" ", -1)[1]);
            assertThat(sockets).isBetween(SOCKETS - 64, SOCKETS);
            assertThat(hoard.stdout()).contains(" reason 6 "); // LIMIT
            try (Running call = lab.call(lab.container(4), 4, served, PORT, 20)) {
                assertThat(call.isAlive()).isTrue();
            }
            assertThat(lab.router(1).log()).contains("no host socket, its connection takes the overlay");
        }
        // What it had is the host's again.
        try (Running call = lab.call(lab.container(1), 4, served, PORT, 20)) {
            assertThat(call.isAlive()).isTrue();
        }
    }

    /** Anybody can make a network namespace and give it any address; in non-secure mode that is who he is. */
    @Test
    void anAddressInAUserNamespaceIsNobodys() {
        String victim = lab.container(5).address();
        String served = lab.container(2).address();
        Finished inSecureMode = claim(1, victim, served);
        assertThat(inSecureMode.stdout()).isEmpty();
        assertThat(inSecureMode.stderr()).contains("the router's answer: Connection reset");
        Router other = lab.host(3).startRouter();
        try {
            // He is known there: what stops the connection is that the other routers are in the other mode.
            assertThat(claim(3, victim, served).stdout()).startsWith("claim 4 ").doesNotContain("reason-7");
        } finally {
            other.stop();
        }
    }

    private static Finished claim(int host, String address, String served) {
        Shell shell = lab.container(host)
                .shell()
                .with(
                        "SLIM_SOCKET",
                        lab.host(host).directory().resolve("slim.sock").toString());
        return shell.exec(
                "unshare",
                "--user",
                "--map-root-user",
                "--net",
                "sh",
                "-ec",
                "ip link set lo up; ip addr add " + address + "/32 dev lo; exec " + lab.program() + " claim 4 "
                        + address + " " + served + " " + PORT);
    }
}
