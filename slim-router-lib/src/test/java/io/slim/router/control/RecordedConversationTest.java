package io.slim.router.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.event.Reason;
import io.slim.router.control.Wire.Message;
import io.slim.router.lab.FreePort;
import io.slim.router.observe.Counter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routers of older versions, as they were recorded, talk to the present one. */
class RecordedConversationTest {

    @TempDir
    private Path directory;

    private final int port = FreePort.find();

    private static byte[] recorded(String name) throws IOException {
        try (InputStream file = RecordedConversationTest.class.getResourceAsStream("/control/" + name + ".bin")) {
            return Objects.requireNonNull(file, name).readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "v1")
    void asClients(String version) throws Exception {
        byte[] client = recorded(version + "-client");
        List<Message> asked = Frames.split(client).stream()
                .filter(message -> message.getRequest() != 0)
                .toList();
        try (ControlHost there = new ControlHost("127.0.0.2", port, directory, same -> same);
                RawPeer peer = RawPeer.dial("127.0.0.1", "127.0.0.2", port)) {
            peer.sendBytes(client);
            assertThat(peer.read().hasHello()).isTrue();
            for (Message question : asked) {
                Message answer = peer.readNews();
                assertThat(answer.getRequest()).isEqualTo(question.getRequest());
                assertThat(answer.getAnnounced().getReason()).isEqualTo(Reason.NO_LISTENER.code());
            }
            assertThat(peer.read().hasHeartbeat()).as("the connection goes on").isTrue();
            assertThat(there.count(Counter.CONTROL_MALFORMED)).isZero();
        }
        assertThat(asked).hasSizeGreaterThan(2);
    }

    @ParameterizedTest
    @ValueSource(strings = "v1")
    void asServers(String version) throws Exception {
        List<Message> said = Frames.split(recorded(version + "-server"));
        List<Message> answers = said.stream().filter(Message::hasAnnounced).toList();
        try (ServerSocket listening = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.2"));
                ControlHost here = new ControlHost("127.0.0.1", port, directory, same -> same)) {
            List<CompletableFuture<Reason>> heard = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                heard.add(here.announce("127.0.0.2"));
            }
            try (RawPeer peer = new RawPeer(listening.accept())) {
                assertThat(peer.read().hasHello()).isTrue();
                peer.send(said.get(0));
                for (Message answer : answers) {
                    assertThat(peer.readNews().getRequest()).isEqualTo(answer.getRequest());
                }
                for (Message message : said.subList(1, said.size())) {
                    peer.send(message);
                }
                for (int i = 0; i < answers.size(); i++) {
                    assertThat(heard.get(i).get(10, TimeUnit.SECONDS))
                            .isEqualTo(
                                    Reason.ofCode(answers.get(i).getAnnounced().getReason()));
                }
                assertThat(peer.read().hasHeartbeat())
                        .as("the connection goes on")
                        .isTrue();
            }
            assertThat(here.count(Counter.CONTROL_MALFORMED)).isZero();
        }
        assertThat(said).anyMatch(Message::hasListenersChanged).anyMatch(Message::hasHeartbeat);
    }
}
