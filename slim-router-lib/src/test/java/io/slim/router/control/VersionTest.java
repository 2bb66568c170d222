package io.slim.router.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.event.Reason;
import io.slim.router.control.Wire.Hello;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.LogWatch;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionTest {

    private static final int NEWEST = -1;

    private static int common(int lowest, int highest) throws ControlProtocolException {
        return Version.common(Hello.newBuilder()
                .setLowestVersion(lowest)
                .setHighestVersion(highest)
                .build());
    }

    @Test
    void theHighestThatBothSpeak() throws Exception {
        assertThat(common(1, 1)).isEqualTo(1);
        assertThat(common(1, 9)).isEqualTo(Version.HIGHEST);
        assertThat(common(0, NEWEST)).isEqualTo(Version.HIGHEST);
        assertThat(common(Version.HIGHEST + 1, Version.HIGHEST + 2)).isZero();
        assertThat(common(0, 0)).as("a greeting without versions").isZero();
        assertThatThrownBy(() -> common(NEWEST, 1)).hasMessageContaining("versions: 4294967295 to 1");
    }

    @Test
    void bothEndsSayWhyTheyCannotTalk(@TempDir Path directory) throws Exception {
        int port = FreePort.find();
        InetAddress newer = InetAddress.getByName("127.0.0.2");
        try (ServerSocket listening = new ServerSocket(port, 1, newer);
                ControlHost here = new ControlHost("127.0.0.1", port, directory, same -> same);
                LogWatch asClient = new LogWatch(Peers.class.getName());
                LogWatch asServer = new LogWatch(ControlServer.class.getName())) {
            CompletableFuture<Reason> answer = here.announce("127.0.0.2");
            try (RawPeer server = new RawPeer(listening.accept())) {
                assertThat(server.read().hasHello()).isTrue();
                server.send(RawPeer.hello(newer, 3, 4));
                server.assertClosed();
            }
            try (RawPeer client = RawPeer.dial("127.0.0.2", "127.0.0.1", port)) {
                client.send(RawPeer.hello(newer, 3, 4));
                assertThat(client.read().hasHello())
                        .as("it can tell from the greeting")
                        .isTrue();
                client.assertClosed();
            }
            assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(Reason.NO_PEER);
            for (LogWatch log : new LogWatch[] {asClient, asServer}) {
                assertThat(log.lines())
                        .singleElement()
                        .asString()
                        .contains("it speaks versions 3 to 4 of the control protocol, this router 1 to 2: upgrade");
            }
        }
    }
}
