package io.slim.router.confine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.lab.Eventually;
import io.slim.router.sys.ConfinedSockets;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.SeqPacketPair;
import io.slim.router.sys.SocketReader;
import io.slim.router.sys.SocketReader.Packet;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The vault fills queues by itself, whatever comes from their other ends. */
@Tag("root")
class QueueTest {

    private static final int SHARE = 6;
    private static final int COPIES_CLOSED = 1;
    private static final int EPERM = 1;

    private final SocketReader reader = new SocketReader();
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final Deque<FileDescriptor> held = new ArrayDeque<>();
    private final List<SeqPacketPair> pairs = new ArrayList<>();
    private ConfinedHost host;
    private ConfinedContainer container;

    @BeforeEach
    void start() throws Exception {
        InetAddress address = InetAddress.getByName("127.0.0.3");
        host = new ConfinedHost(new ConfinementConfig(address, 3, SHARE, 2, 3, 4, 2, 64));
        container = host.admit("one");
    }

    @AfterEach
    void stop() throws Exception {
        held.forEach(Descriptors::close);
        pairs.forEach(SeqPacketPair::close);
        host.run(() -> host.confinement.dismiss(container));
        host.closeForGood();
    }

    private SeqPacketPair open(int most) throws Exception {
        return open(host, container, 4, most);
    }

    private SeqPacketPair open(ConfinedHost at, ConfinedContainer owner, int family, int most) throws Exception {
        SeqPacketPair pair = SeqPacketPair.open();
        pairs.add(pair);
        QueueObserver observer = new QueueObserver() {
            @Override
            public void pauses(IOException why) {
                heard.add("pauses: " + why.getMessage());
            }

            @Override
            public void malformed() {
                heard.add("malformed");
            }

            @Override
            public void ended() {
                heard.add("ended");
            }
        };
        at.run(() -> {
            try {
                Runnable unused = at.confinement.fillQueue(owner, pair.other(), family, most, observer);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        return pair;
    }

    /** What comes next: a socket, which is held; a byte that says that it is ours alone; or -1, the end. */
    private int next(SeqPacketPair queue) throws Exception {
        assertThat(Descriptors.awaitReadable(queue.own(), 5000))
                .as("something comes")
                .isTrue();
        Packet packet = reader.read(queue.own(), false);
        held.addAll(packet.descriptors());
        assertThat(packet.descriptors()).hasSize(packet.value() == 0 ? 1 : 0);
        return packet.value();
    }

    private void takes(SeqPacketPair queue, int sockets) throws Exception {
        for (int i = 0; i < sockets; i++) {
            assertThat(next(queue)).isZero();
        }
        assertThat(next(queue)).isEqualTo(COPIES_CLOSED);
    }

    @Test
    void isFilledAndFilledAgain() throws Exception {
        long before = host.on(() -> host.confinement.socketsMade());
        SeqPacketPair queue = open(2);
        takes(queue, 2);
        SeqPacketPair.send(queue.own(), new byte[] {1, 1});
        takes(queue, 2);
        assertThat(new ConfinedSockets().tryBind(held.getLast(), 4, ConfinedHost.endpoint("127.0.0.1", 0)))
                .as("sealed")
                .isEqualTo(EPERM);
        assertThat(host.on(() -> host.confinement.socketsMade())).isEqualTo(before + 4);
        host.run(() -> host.confinement.dismiss(container));
        assertThat(heard).as("the vault ends with its container").containsExactly("ended");
        assertThat(host.on(() -> host.confinement.socketsMade())).isEqualTo(before + 4);
    }

    @Test
    void goesOnWhenTheContainerHasRoomAgain() throws Exception {
        SeqPacketPair queue = open(SHARE);
        takes(queue, SHARE);
        SeqPacketPair.send(queue.own(), new byte[] {2});
        Eventually.get(heard::peek, said -> said != null);
        assertThat(heard).singleElement().asString().contains("pauses: ", "errno 122");
        Descriptors.close(held.remove());
        Descriptors.close(held.remove());
        takes(queue, 2);
        assertThat(heard).hasSize(1);
    }

    /** An IPv4 socket cannot be bound to a host's IPv6 address. */
    @Test
    void oneThatCannotBeFilledDoesNotKeepOthersWaiting() throws Exception {
        ConfinedHost six = new ConfinedHost("::1");
        ConfinedContainer own = six.admit("six");
        SeqPacketPair never = open(six, own, 4, 2);
        Eventually.get(heard::peek, said -> said != null);
        assertThat(heard).singleElement().asString().contains("errno 97");
        SeqPacketPair queue = open(six, own, 6, 2);
        takes(queue, 2);
        SeqPacketPair.send(queue.own(), new byte[] {2});
        takes(queue, 2);
        assertThat(reader.read(never.own(), false)).isNull();
        six.run(() -> six.confinement.dismiss(own));
        held.forEach(Descriptors::close);
        six.closeForGood();
    }

    @Test
    void whoTakesMoreThanThereIsIsCutOffAndOthersAreNot() throws Exception {
        for (byte[] credits : new byte[][] {{0}, {2}, {1, 1}, {(byte) 255}, new byte[4096]}) {
            SeqPacketPair other = open(1);
            takes(other, 1);
            SeqPacketPair bad = open(1);
            takes(bad, 1);
            SeqPacketPair.send(bad.own(), credits);
            int end = next(bad);
            while (end >= 0) {
                end = next(bad);
            }
            Eventually.get(heard::poll, "malformed"::equals);
            SeqPacketPair.send(other.own(), new byte[] {1});
            takes(other, 1);
            held.forEach(Descriptors::close);
            held.clear();
            other.close();
        }
    }

    @Test
    void endsForAllWhenTheRouterEndsIt() throws Exception {
        SeqPacketPair queue = open(2);
        takes(queue, 2);
        Descriptors.shutdown(queue.other());
        assertThat(next(queue)).isEqualTo(-1);
        assertThat(heard).isEmpty();
        takes(open(2), 2);
    }

    @Test
    void endsWithTheVault() throws Exception {
        SeqPacketPair queue = open(2);
        takes(queue, 2);
        host.run(() -> ((KernelContainer) container).vault().endNow());
        assertThat(heard).containsExactly("ended");
    }
}
