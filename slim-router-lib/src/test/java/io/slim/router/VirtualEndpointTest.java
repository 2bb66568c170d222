package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.api.RouterTimes;
import io.slim.api.event.Reason;
import io.slim.api.event.RouterEvent.ListenerOffered;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.VirtualEndpoint;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.ShimAgent.Answer;
import io.slim.router.lab.TestContainer;
import io.slim.router.lab.TestHost;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections to an endpoint that is nobody's go to those behind it. */
@Tag("root")
class VirtualEndpointTest {

    private static final String SERVICE = "connect destination=10.96.0.1:80";

    @TempDir
    private Path directory;

    @Test
    void aConnectionGoesToABackendOrTakesTheOverlay() throws Exception {
        int controlPort = FreePort.find();
        RouterTimes patient = RouterTimes.DEFAULT.withConnectDeadline(Duration.ofSeconds(4));
        FixedResolver resolver =
                new FixedResolver().put("10.32.0.1", "127.0.0.1").put("10.32.0.2", "127.0.0.2");
        try (TestHost here = host("127.0.0.1", controlPort, resolver, patient);
                TestHost there = host("127.0.0.2", controlPort, resolver, patient);
                TestContainer client = new TestContainer("10.32.0.1/32");
                TestContainer server = new TestContainer("10.32.0.2/32");
                ShimAgent connecting = client.shim(here.socket());
                ShimAgent listening = server.shim(there.socket())) {
            Answer shadow = listening.call("listen endpoint=0.0.0.0:8080");
            listening.call("start socket=" + shadow.get("socket"));
            listening.call("signal kind=1 lease=" + shadow.get("lease"));
            there.await(ListenerOffered.class::isInstance);

            assertThat(connecting.call(SERVICE).get("reason"))
                    .as("nothing is known of it")
                    .isEqualTo(Integer.toString(Reason.UNKNOWN_ADDRESS.code()));
            resolver.putVirtual(endpoint("10.96.0.1", 80), new VirtualEndpoint(List.of(), false));
            assertThat(connecting.call(SERVICE).get("reason"))
                    .as("nobody is behind it")
                    .isEqualTo(Integer.toString(Reason.NO_LISTENER.code()));
            resolver.putVirtual(
                    endpoint("10.96.0.1", 80), new VirtualEndpoint(List.of(endpoint("10.32.0.2", 8080)), false));
            Answer connect = connecting.call(SERVICE);
            assertThat(connect.get("verdict")).isEqualTo("1");
            assertThat(connect.get("connect")).isEqualTo(shadow.get("shadow"));
            connecting.call("dial socket=" + connect.get("socket") + " to=" + connect.get("connect"));
            assertThat(listening.call("accept socket=" + shadow.get("socket")).get("name"))
                    .isEqualTo("10.32.0.1");
        }
    }

    private TestHost host(String address, int controlPort, FixedResolver resolver, RouterTimes times) throws Exception {
        return new TestHost(
                address, controlPort, directory, resolver, ConnectionPolicy.ALLOW, config -> config.times(times));
    }

    private static Endpoint endpoint(String address, int port) throws Exception {
        return new Endpoint(InetAddress.getByName(address), port);
    }
}
