package io.slim.router.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.event.Reason;
import io.slim.api.event.RouterEvent.PeerConnected;
import io.slim.api.event.RouterEvent.PeerLost;
import io.slim.router.control.Wire.Announced;
import io.slim.router.control.Wire.Message;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FreePort;
import io.slim.router.observe.Counter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router that asks, and a peer that does not behave. */
class PeerLinkTest {

    private static final String PEER = "127.0.0.2";

    @TempDir
    private Path directory;

    private final int port = FreePort.find();
    private InetAddress peerAddress;
    private ServerSocket listening;
    private ControlHost here;

    @BeforeEach
    void start() throws Exception {
        peerAddress = InetAddress.getByName(PEER);
        listening = new ServerSocket(port, 50, peerAddress);
        listening.setSoTimeout(10_000);
        here = new ControlHost("127.0.0.1", port, directory, same -> same);
    }

    @AfterEach
    void stop() throws Exception {
        here.close();
        listening.close();
    }

    /** Takes the next connection and greets. */
    private RawPeer acceptAndGreet() throws Exception {
        RawPeer peer = new RawPeer(listening.accept());
        assertThat(peer.read().hasHello()).isTrue();
        peer.send(RawPeer.hello(peerAddress, 1, 1));
        return peer;
    }

    private List<CompletableFuture<Reason>> announce(int many) throws Exception {
        List<CompletableFuture<Reason>> answers = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            answers.add(here.announce(PEER));
        }
        return answers;
    }

    private static Message answer(long request, Reason reason) {
        return Message.newBuilder()
                .setRequest(request)
                .setAnnounced(Announced.newBuilder().setReason(reason.code()).setShadowPort(61_000))
                .build();
    }

    @Test
    void requestsArePipelinedAndMayBeAnsweredInAnyOrder() throws Exception {
        List<CompletableFuture<Reason>> answers = announce(3);
        try (RawPeer peer = acceptAndGreet()) {
            List<Long> requests = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                requests.add(peer.readNews().getRequest());
            }
            peer.send(answer(requests.get(2), Reason.POLICY));
            peer.send(answer(requests.get(0), Reason.NONE));
            peer.send(answer(requests.get(1), Reason.NO_LISTENER));
            peer.send(answer(requests.get(1), Reason.NONE)); // A second time, and one that nobody asked:
            peer.send(answer(4711, Reason.NONE));
            assertThat(answers.get(0).get(10, TimeUnit.SECONDS)).isEqualTo(Reason.NONE);
            assertThat(answers.get(1).get(10, TimeUnit.SECONDS)).isEqualTo(Reason.NO_LISTENER);
            assertThat(answers.get(2).get(10, TimeUnit.SECONDS)).isEqualTo(Reason.POLICY);
            assertThat(here.count(Counter.CONTROL_MALFORMED)).isZero();
        }
    }

    @Test
    void whenTheConnectionIsLostThoseWhoWaitAreToldAtOnce() throws Exception {
        List<CompletableFuture<Reason>> answers = announce(5);
        try (RawPeer peer = acceptAndGreet()) {
            assertThat(peer.readNews().hasAnnounce()).isTrue();
            byte[] half = RawPeer.frame(answer(1, Reason.NONE));
            peer.sendBytes(java.util.Arrays.copyOf(half, half.length - 3));
            peer.reset();
            for (CompletableFuture<Reason> answer : answers) {
                assertThat(answer.get(4, TimeUnit.SECONDS))
                        .as("their deadline is in eight seconds")
                        .isEqualTo(Reason.NO_PEER);
            }
        }
        assertThat(here.ask(PEER)).as("known to be down").isEqualTo(Reason.NO_PEER);
        try (RawPeer again = acceptAndGreet()) {
            CompletableFuture<Reason> asked = retry();
            again.send(answer(again.readNews().getRequest(), Reason.NO_LISTENER));
            assertThat(asked.get(10, TimeUnit.SECONDS)).isEqualTo(Reason.NO_LISTENER);
        }
    }

    private CompletableFuture<Reason> retry() throws Exception {
        Eventually.get(() -> here.events(PeerConnected.class).size(), n -> n == 2);
        return here.announce(PEER);
    }

    @Test
    void oneWhoNeverGreetsOrTalksGarbageIsLeft() throws Exception {
        CompletableFuture<Reason> first = here.announce(PEER);
        try (RawPeer mute = new RawPeer(listening.accept())) {
            mute.assertClosed();
            assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(Reason.NO_PEER);
        }
        try (RawPeer babbler = new RawPeer(listening.accept())) {
            babbler.sendBytes("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            babbler.assertClosed();
        }
        try (RawPeer rude = acceptAndGreet()) {
            rude.send(Message.newBuilder()
                    .setAnnounce(RawPeer.announce(10, 32, 0, 2))
                    .build());
            rude.assertClosed();
        }
        assertThat(here.count(Counter.CONTROL_MALFORMED)).isEqualTo(2);
        Eventually.get(() -> here.events(PeerLost.class).size(), n -> n > 0);
        assertThat(here.events(PeerLost.class)).singleElement().satisfies(lost -> assertThat(lost.cause())
                .contains("ANNOUNCE"));
    }

    @Test
    void oneWhoFallsSilentIsLeft() throws Exception {
        CompletableFuture<Reason> asked = here.announce(PEER);
        try (RawPeer peer = acceptAndGreet()) {
            peer.send(answer(peer.readNews().getRequest(), Reason.NO_LISTENER));
            assertThat(asked.get(10, TimeUnit.SECONDS)).isEqualTo(Reason.NO_LISTENER);
            assertThat(peer.read().hasHeartbeat()).isTrue();
            peer.assertClosed();
            Eventually.get(() -> here.events(PeerLost.class).size(), n -> n == 1);
            assertThat(here.events(PeerLost.class).get(0).cause()).isEqualTo("silent for 3 s");
        }
    }

    @Test
    void noMoreThanSomeWaitAtOneTime() throws Exception {
        List<CompletableFuture<Reason>> answers = announce(1500);
        try (RawPeer peer = acceptAndGreet()) {
            for (int i = 0; i < 1024; i++) {
                peer.send(answer(peer.readNews().getRequest(), Reason.NO_LISTENER));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get(10, TimeUnit.SECONDS))
                        .isEqualTo(i < 1024 ? Reason.NO_LISTENER : Reason.LIMIT);
            }
            assertThat(here.count(Counter.CONTROL_LIMIT)).isEqualTo(476);
        }
    }

    @Test
    void dialsAgainWithGrowingPauses() throws Exception {
        listening.close();
        assertThat(here.ask(PEER)).isEqualTo(Reason.NO_PEER);
        try (ServerSocket refusing = new ServerSocket(port, 50, peerAddress)) {
            refusing.setSoTimeout(10_000);
            List<Long> dialled = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                try (var accepted = refusing.accept()) {
                    dialled.add(System.nanoTime());
                    accepted.setSoLinger(true, 0);
                }
            }
            // After the failure before: 1 s, 2 s, 4 s, each half to one and a half, seen twice a second.
            assertThat(dialled.get(3) - dialled.get(2))
                    .as("two seconds or more after the fourth failure")
                    .isGreaterThan(Duration.ofMillis(1900).toNanos());
        }
    }
}
