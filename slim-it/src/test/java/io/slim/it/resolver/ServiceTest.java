package io.slim.it.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.Eventually;
import io.slim.testbed.Host;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import io.slim.testbed.junit.TestBedExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Connections to the address of a service reach one of the containers behind it over the host's network. There is nothing
 * else that would know the way: no kube-proxy, and no route to the service's address in the overlay.
 */
@RequiresHost(programs = "python3", slim = true)
class ServiceTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final String ANY = "10.96.0.11";
    private static final String STICKY = "10.96.0.12";
    private static final String LOCAL = "10.96.0.13";
    private static final int SEVERAL = 3;

    /** One connection: who answers, and whom the client sees. */
    private static final String CLIENT = """
            import socket, sys
            s = socket.socket(); s.settimeout(1); s.connect((sys.argv[1], 80))
            print(s.recv(16).decode(), "%s:%d" % s.getpeername())
            """;

    @RegisterExtension
    static final TestBedExtension lab =
            new TestBedExtension(TestBed.builder().hosts(2).containersPerHost(2));

    private static Cluster cluster;
    private static Path client;

    /** The client, c1, and the server c3 are on the first host, the other servers on the second. */
    @BeforeAll
    static void start() throws Exception {
        TestBed bed = lab.bed();
        cluster = new Cluster(bed);
        cluster.service("any", ANY, "");
        cluster.service("sticky", STICKY, ", \"sessionAffinity\": \"ClientIP\"");
        cluster.service("local", LOCAL, ", \"internalTrafficPolicy\": \"Local\"");
        cluster.backends("any", Visits.PORT, bed.container(2), bed.container(4));
        cluster.backends("sticky", Visits.PORT, bed.container(2), bed.container(4));
        cluster.backends("local", Visits.PORT, bed.container(2), bed.container(3), bed.container(4));
        cluster.start();
        for (Host host : bed.hosts()) {
            host.startRouter("--resolver", cluster.resolver(host), "--connect-deadline-ms", "4000");
        }
        Visits visits = new Visits(bed);
        for (int server = 2; server <= 4; server++) {
            Running serving = visits.serve(bed.container(server));
            serving.waitForListener(Visits.PORT, SOON);
        }
        client = bed.directory().resolve("visit.py");
        Files.writeString(client, CLIENT);
    }

    /** Empty if there was no connection: for want of a proof yet, say, it went where no kube-proxy is. */
    private static String visit(String service) {
        return lab.bed()
                .container(1)
                .slim()
                .with("SLIM_PREFIX", "10.32.0.0/12,10.96.0.0/12")
                .exec("python3", client.toString(), service)
                .stdout()
                .strip();
    }

    /** Waits for so many visits in a row that reach only these; nobody is the empty text. */
    private static void awaitOnly(String service, String... servers) {
        Eventually.await(service + " is " + List.of(servers), SOON, () -> IntStream.range(0, SEVERAL)
                .allMatch(unused -> List.of(servers).contains(visit(service).replaceAll(" .*", ""))));
    }

    @Test
    void eachConnectionGoesToOneThatIsReadyAndAChangeIsInForceAtOnce() throws Exception {
        TestBed bed = lab.bed();
        Set<String> seen = new TreeSet<>();
        Eventually.await("both are chosen", SOON, () -> {
            seen.add(visit(ANY));
            return seen.contains("c2 " + ANY + ":80") && seen.contains("c4 " + ANY + ":80");
        });
        cluster.backends("any", Visits.PORT, bed.container(4));
        awaitOnly(ANY, "c4");
        cluster.backends("any", Visits.PORT, bed.container(2));
        awaitOnly(ANY, "c2");
        assertThat(visit(ANY)).isIn("", "c2 " + ANY + ":80");
        cluster.backends("any", Visits.PORT);
        awaitOnly(ANY, "");
    }

    @Test
    void aClientStaysWithItsServerAndOnItsNode() {
        awaitOnly(STICKY, "c2", "c4");
        String first = visit(STICKY);
        for (int i = 0; i < SEVERAL; i++) {
            assertThat(visit(STICKY)).isIn("", first);
        }
        Eventually.await("the one on its own node", SOON, () -> visit(LOCAL).equals("c3 " + LOCAL + ":80"));
        // Those on the other node were reached just now, but not through this service.
        for (int i = 0; i < SEVERAL; i++) {
            assertThat(visit(LOCAL)).doesNotStartWith("c2 ").doesNotStartWith("c4 ");
        }
    }
}
