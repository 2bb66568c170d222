package io.slim.router.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.event.Reason;
import io.slim.router.control.Wire.Announce;
import io.slim.router.control.Wire.GrantRequest;
import io.slim.router.control.Wire.Message;
import io.slim.router.lab.FreePort;
import io.slim.router.observe.Counter;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control channel, talked to by hand. */
class ControlServerTest {

    private static final byte[] SELF = {127, 0, 0, 1};

    @TempDir
    private Path directory;

    private final int controlPort = FreePort.find();
    private ControlHost host;

    @BeforeEach
    void start() throws Exception {
        host = new ControlHost("127.0.0.2", controlPort, directory, same -> same);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private RawPeer dial() throws IOException {
        return RawPeer.dial("127.0.0.1", "127.0.0.2", controlPort);
    }

    @Test
    void greetsAndAnswers() throws Exception {
        try (RawPeer peer = dial()) {
            peer.send(RawPeer.hello(SELF, 1, 7));
            Message greeting = peer.read();
            assertThat(greeting.getHello().getHost().toByteArray()).isEqualTo(new byte[] {127, 0, 0, 2});
            Message answer = peer.ask(77, RawPeer.announce(10, 32, 0, 1));
            assertThat(answer.getRequest()).isEqualTo(77);
            assertThat(answer.getAnnounced().getReason()).isEqualTo(Reason.NO_LISTENER.code());
        }
    }

    @Test
    void nobodySpeaksForClientsOfOtherHosts() throws Exception {
        try (RawPeer peer = dial().greet()) {
            for (int[] client : new int[][] {{10, 32, 0, 2}, {10, 99, 0, 1}}) {
                assertThat(peer.ask(1, RawPeer.announce(client)).getAnnounced().getReason())
                        .isEqualTo(Reason.NOT_IDENTIFIED.code());
            }
        }
    }

    @Test
    void aPeerThatBreaksTheProtocolIsClosedAndNoOther() throws Exception {
        Message[] badGreetings = {
            RawPeer.hello(new byte[] {127, 0, 0, 9}, 1, 1),
            RawPeer.hello(new byte[] {1, 2, 3}, 1, 1),
            RawPeer.hello(SELF, 3, 4),
            RawPeer.hello(SELF, 7, 1),
            RawPeer.hello(SELF, 0, 0),
            Message.getDefaultInstance(),
            Message.newBuilder().setAnnounce(RawPeer.announce(10, 32, 0, 1)).build()
        };
        Message[] badMessages = {
            announcing(RawPeer.announce(10, 32, 0, 1).setClientPort(0)),
            announcing(RawPeer.announce(10, 32, 0, 1).setDestinationPort(65536)),
            announcing(RawPeer.announce(10, 32, 0, 1, 1)),
            RawPeer.hello(SELF, 1, 1),
            requesting(GrantRequest.getDefaultInstance()),
            requesting(RawPeer.grant(10, 32, 0, 1).setDestinationPort(65536).build()),
            requesting(RawPeer.grant(10, 32, 0).build()),
            Message.newBuilder().setGranted(Wire.Granted.getDefaultInstance()).build(),
            Message.newBuilder()
                    .setAnnounced(Wire.Announced.getDefaultInstance())
                    .build()
        };
        try (RawPeer good = dial().greet()) {
            for (Message message : badGreetings) {
                try (RawPeer peer = dial()) {
                    peer.send(message);
                    peer.assertClosed();
                }
            }
            for (Message message : badMessages) {
                try (RawPeer peer = dial().greet()) {
                    peer.send(message);
                    peer.assertClosed();
                }
            }
            assertThat(good.ask(1, RawPeer.announce(10, 32, 0, 1)).hasAnnounced())
                    .isTrue();
        }
        assertThat(host.count(Counter.CONTROL_REFUSED)).as("no common version").isEqualTo(2);
        assertThat(host.count(Counter.CONTROL_MALFORMED)).isEqualTo(badGreetings.length - 2 + badMessages.length);
    }

    private static Message requesting(GrantRequest request) {
        return Message.newBuilder().setGrantRequest(request).build();
    }

    @Test
    void grantsAreNotGivenInNonSecureMode() throws Exception {
        try (RawPeer peer = dial().greet()) {
            for (GrantRequest request : new GrantRequest[] {
                RawPeer.grant(10, 32, 0, 1).build(),
                GrantRequest.newBuilder().setTrial(true).build()
            }) {
                peer.send(Message.newBuilder()
                        .setRequest(3)
                        .setGrantRequest(request)
                        .build());
                Message answer = peer.readNews();
                assertThat(answer.getRequest()).isEqualTo(3);
                assertThat(answer.getGranted().getReason()).isEqualTo(Reason.UNSUPPORTED.code());
                assertThat(answer.getGranted().getKey().isEmpty()).isTrue();
            }
        }
    }

    private static Message announcing(Announce.Builder announce) {
        return Message.newBuilder().setAnnounce(announce).build();
    }

    @Test
    void whatANewerVersionAddsIsSkipped() throws Exception {
        // Field 99 as a message, in the place of a body; then an announcement with a field 1000.
        byte[] unknownBody = {0, 0, 0, 5, (byte) 0x9a, 0x06, 2, 8, 1};
        try (RawPeer peer = dial().greet()) {
            peer.sendBytes(unknownBody);
            Announce.Builder extended = RawPeer.announce(10, 32, 0, 1);
            extended.setUnknownFields(com.google.protobuf.UnknownFieldSet.newBuilder()
                    .addField(
                            1000,
                            com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                                    .addVarint(5)
                                    .build())
                    .build());
            assertThat(peer.ask(5, extended).getAnnounced().getReason()).isEqualTo(Reason.NO_LISTENER.code());
        }
    }

    @Test
    void garbageAndLongFrames() throws Exception {
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            try (RawPeer peer = dial()) {
                byte[] garbage = new byte[64];
                random.nextBytes(garbage);
                garbage[0] = (byte) (i % 2);
                garbage[1] = 0;
                garbage[2] = 0;
                garbage[3] = 40;
                try {
                    peer.sendBytes(garbage);
                    peer.assertClosed();
                } catch (SocketException closedAlready) {
                    assertThat(closedAlready).hasMessageNotContaining("timed out");
                }
            }
        }
    }

    @Test
    void aSilentPeerIsClosedAfterSomeSeconds() throws Exception {
        try (RawPeer mute = dial();
                RawPeer gone = dial()) {
            gone.send(RawPeer.hello(SELF, 1, 1));
            mute.assertClosed();
            gone.assertClosed();
        }
    }
}
