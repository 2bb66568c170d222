package io.slim.router.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.slim.router.control.Wire.Message;
import io.slim.router.lab.Fuzz;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a peer sends is a message, the beginning of one, or malformed; the bug would be anything else. */
class ControlFuzzTest {

    private static List<byte[]> recorded() throws Exception {
        List<byte[]> corpus = new ArrayList<>();
        for (String name : new String[] {"v1-client", "v1-server"}) {
            try (InputStream file = ControlFuzzTest.class.getResourceAsStream("/control/" + name + ".bin")) {
                byte[] conversation = Objects.requireNonNull(file, name).readAllBytes();
                corpus.add(conversation);
                Frames.split(conversation).forEach(message -> corpus.add(RawPeer.frame(message)));
            }
        }
        return corpus;
    }

    /** A session that only reads: as both ends do it, without what they do then. */
    private static final class Reader extends ControlSession {
        private int messages;
        private Refusal refusal;

        Reader() {
            super(Wire.Hello.getDefaultInstance(), InetAddress.getLoopbackAddress());
        }

        @Override
        void onGreeted() {
            messages++;
        }

        @Override
        boolean onMessage(Message message) throws ControlProtocolException {
            messages++;
            switch (message.getBodyCase()) {
                case ANNOUNCE -> {
                    var announce = message.getAnnounce();
                    WireAddress.port("client", announce.getClientPort());
                    WireAddress.read("client", announce.getClient());
                    WireAddress.read("destination", announce.getDestination(), announce.getDestinationPort());
                }
                case LISTENERS_CHANGED -> {
                    var changed = message.getListenersChanged();
                    for (var address : changed.getAddressesList()) {
                        WireAddress.read("address", address, changed.getPort());
                    }
                }
                default -> {
                    return message.hasAnnounced();
                }
            }
            return true;
        }

        @Override
        void onRefused(Refusal why) {
            refusal = why;
        }

        @Override
        void onEnd(String cause, boolean wasGreeted) {}
    }

    @Test
    void frames() throws Exception {
        long[] heard = new long[1];
        byte[] greeting = RawPeer.frame(RawPeer.hello(new byte[] {127, 0, 0, 1}, 1, 1));
        Fuzz.run("frames of routers", recorded(), (input, random) -> {
            Reader reader = new Reader();
            EmbeddedChannel channel = new EmbeddedChannel(
                    new ControlPipeline.FrameDecoder(), new ControlPipeline.MessageDecoder(), reader);
            channel.pipeline().fireUserEventTriggered(ControlSecurity.READY);
            if (random.nextBoolean()) {
                channel.writeInbound(Unpooled.wrappedBuffer(greeting));
            }
            feed(channel, input, random);
            channel.finishAndReleaseAll();
            heard[0] += reader.messages;
            if (reader.refusal != null) {
                assertThat(reader.refusal.kind()).isNotEqualTo(Refusal.Kind.FAILED);
                assertThat(reader.refusal.text()).isNotEmpty();
            }
        });
        assertThat(heard[0]).isPositive();
    }

    /** As TCP does: in pieces of any size. */
    private static void feed(EmbeddedChannel channel, byte[] input, Random random) {
        for (int at = 0; at < input.length && channel.isOpen(); ) {
            int length = Math.min(input.length - at, 1 + random.nextInt(64));
            channel.writeInbound(Unpooled.wrappedBuffer(input, at, length));
            at += length;
        }
    }
}
