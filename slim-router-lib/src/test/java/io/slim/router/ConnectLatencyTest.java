package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.RouterLimits;
import io.slim.api.RouterTimes;
import io.slim.api.event.RouterEvent.ListenerOffered;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.ShimAgent.Answer;
import io.slim.router.lab.TestContainer;
import io.slim.router.lab.TestHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a shim waits for the router, with and without sockets that are ready. Prints it; fails if it is absurd. */
@Tag("root")
class ConnectLatencyTest {

    /** What is measured is the usual case; on a busy machine a late answer would be an overlay verdict. */
    private static final Duration PATIENT = Duration.ofSeconds(4);

    private static final int COUNT = 3000;
    private static final int ABSURD_MICROS = 5000;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void asking(int readySockets) throws Exception {
        Path hosts = directory.resolve("hosts.yaml");
        Files.writeString(hosts, "hosts: { 10.32.0.1: 127.0.0.1, 10.32.0.2: 127.0.0.2 }");
        int controlPort = FreePort.find();
        try (OverlayResolver resolver = ResolverProvider.open("static:" + hosts);
                TestHost here = host("127.0.0.1", controlPort, resolver, readySockets);
                TestHost there = host("127.0.0.2", controlPort, resolver, readySockets);
                TestContainer client = new TestContainer("10.32.0.1/32");
                TestContainer server = new TestContainer("10.32.0.2/32");
                ShimAgent connecting = client.shim(here.socket());
                ShimAgent listening = server.shim(there.socket())) {
            Answer shadow = listening.call("listen endpoint=0.0.0.0:80");
            listening.call("start backlog=128 socket=" + shadow.get("socket"));
            listening.call("signal kind=1 lease=" + shadow.get("lease"));
            listening.call("drain socket=" + shadow.get("socket"));
            there.await(ListenerOffered.class::isInstance);
            Answer warm = connecting.call("probe destination=10.32.0.2:80 count=" + COUNT);
            Answer times = connecting.call("probe destination=10.32.0.2:80 count=" + COUNT);
            System.out.println("ready sockets " + readySockets + ": " + times.fields() + ", cold " + warm.fields());
            assertThat(Integer.parseInt(times.get("ask"))).isLessThan(ABSURD_MICROS);
        }
    }

    private TestHost host(String address, int controlPort, OverlayResolver resolver, int readySockets)
            throws Exception {
        return new TestHost(address, controlPort, directory, resolver, ConnectionPolicy.ALLOW, config -> config.limits(
                        RouterLimits.DEFAULT.withReadySockets(readySockets))
                .times(RouterTimes.DEFAULT.withConnectDeadline(PATIENT)));
    }
}
