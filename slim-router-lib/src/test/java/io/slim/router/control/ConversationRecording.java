package io.slim.router.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.event.RouterEvent.ListenerOffered;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.ShimAgent.Answer;
import io.slim.router.lab.TestContainer;
import io.slim.router.lab.TestHost;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records a conversation of two routers of this version, for the tests of later ones: see {@code README.md} beside the
 * recordings. No test by its name: runs only when it is asked for, and is told where to write.
 */
@Tag("root")
class ConversationRecording {

    @TempDir
    private Path directory;

    @Test
    void record() throws Exception {
        FixedResolver resolver =
                new FixedResolver().put("10.32.0.1", "127.0.0.1").put("10.32.0.2", "127.0.0.2");
        int dialled = FreePort.find();
        int behind = FreePort.find();
        try (Recorder recorder = new Recorder(dialled, behind);
                TestHost here = host("127.0.0.1", dialled, resolver);
                TestHost there = host("127.0.0.2", behind, resolver);
                TestContainer client = new TestContainer("10.32.0.1/32");
                TestContainer server = new TestContainer("10.32.0.2/32");
                ShimAgent connecting = client.shim(here.socket());
                ShimAgent listening = server.shim(there.socket())) {
            converse(connecting, listening, there);
            recorder.awaitHeartbeats();
            recorder.write(Path.of(System.getProperty("slim.control.record")));
        }
    }

    private TestHost host(String address, int controlPort, FixedResolver resolver) throws Exception {
        return new TestHost(address, controlPort, directory, resolver, ConnectionPolicy.ALLOW, same -> same);
    }

    private static void converse(ShimAgent connecting, ShimAgent listening, TestHost there) throws Exception {
        assertThat(connect(connecting, 81)).as("nobody listens").isEqualTo("0");
        Answer shadow = listening.call("listen endpoint=0.0.0.0:80");
        listening.call("start socket=" + shadow.get("socket"));
        listening.call("signal kind=1 lease=" + shadow.get("lease"));
        there.await(ListenerOffered.class::isInstance);
        assertThat(connect(connecting, 80)).isEqualTo("1");
        assertThat(connect(connecting, 80)).isEqualTo("1");
        listening.call("signal kind=2 lease=" + shadow.get("lease"));
    }

    private static String connect(ShimAgent connecting, int port) throws Exception {
        return connecting.call("connect destination=10.32.0.2:" + port).get("verdict");
    }
}
