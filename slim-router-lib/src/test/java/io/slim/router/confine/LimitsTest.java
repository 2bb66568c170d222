package io.slim.router.confine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.unix.FileDescriptor;
import io.slim.api.Endpoint;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.SocketAgent;
import io.slim.router.sys.Descriptors;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is full is full for whoever filled it. */
@Tag("root")
class LimitsTest {

    private static final int HALF_DONE_SHARE = 4;

    private ConfinedHost host;
    private ConfinedContainer container;

    @BeforeEach
    void start() throws Exception {
        InetAddress address = InetAddress.getByName("127.0.0.3");
        host = new ConfinedHost(new ConfinementConfig(address, 3, 3, 2, 3, 4, 2, 16 * HALF_DONE_SHARE));
        container = host.admit("one");
    }

    @AfterEach
    void stop() throws Exception {
        host.run(() -> host.confinement.dismiss(container));
        host.closeForGood();
    }

    @Test
    void aContainerHasItsShareOfSocketsUntilItClosesSome() throws Exception {
        Deque<FileDescriptor> held = new ArrayDeque<>();
        for (int i = 0; i < 3; i++) {
            held.add(host.client(container, 4).descriptor());
        }
        assertThatThrownBy(() -> host.client(container, 4)).hasMessageContaining("errno 122");
        assertThat(host.denials("socket-limit")).isEqualTo(1);
        ConfinedContainer other = host.admit("other");
        Descriptors.close(host.client(other, 6).descriptor());
        host.run(() -> host.confinement.dismiss(other));

        Descriptors.close(held.remove());
        held.add(host.client(container, 6).descriptor());
        assertThat(host.on(() -> host.confinement.status().containers()))
                .singleElement()
                .satisfies(use -> assertThat(use.sockets()).isEqualTo(3));
        held.forEach(Descriptors::close);
        assertThat(host.on(() -> host.confinement.status().containers().get(0).sockets()))
                .isZero();
    }

    @Test
    void destinationsAndGrantsAreBounded() throws Exception {
        assertThat(put(container, 1)).isTrue();
        assertThat(put(container, 2)).isTrue();
        assertThat(put(container, 2)).as("again").isTrue();
        assertThat(put(container, 3)).as("share of the container").isFalse();
        ConfinedContainer other = host.admit("other");
        assertThat(put(other, 1)).isTrue();
        assertThat(put(other, 2)).as("room of the host").isFalse();
        host.run(() -> host.confinement.dismiss(container));
        assertThat(put(other, 2)).as("after the other was dismissed").isTrue();
        host.run(() -> host.confinement.dismiss(other));

        assertThat(host.on(() -> host.confinement.putGrant(grant(1)))).isTrue();
        assertThat(host.on(() -> host.confinement.putGrant(grant(2)))).isTrue();
        assertThat(host.on(() -> host.confinement.putGrant(grant(3)))).isFalse();
        assertThat(host.on(() -> host.confinement.grants())).hasSize(2);
        host.run(() -> host.confinement.removeGrant(1));
        assertThat(host.on(() -> host.confinement.putGrant(grant(3)))).isTrue();
    }

    @Test
    void whatHasExpiredMakesRoom() throws Exception {
        long now = System.nanoTime();
        Endpoint old = ConfinedHost.endpoint("10.32.0.1", 80);
        host.run(() -> {
            host.confinement.putOverlay(container, old, now);
            host.confinement.putGrant(grant(1, now));
        });
        assertThat(put(container, 2)).isTrue();
        assertThat(put(container, 3)).isTrue();
        assertThat(put(container, 4)).isFalse();
        assertThat(host.on(() -> host.confinement.destinations())).hasSize(2);
        assertThat(host.on(() -> host.confinement.putGrant(grant(2)))).isTrue();
        assertThat(host.on(() -> host.confinement.putGrant(grant(3)))).isTrue();
        assertThat(host.on(() -> host.confinement.grants()))
                .extracting(Grant::id)
                .containsExactlyInAnyOrder(2, 3);
    }

    private boolean put(ConfinedContainer to, int number) throws Exception {
        Endpoint overlay = ConfinedHost.endpoint("10.32.0." + number, 80);
        return host.on(() -> host.confinement.putOverlay(to, overlay, ConfinedHost.later()));
    }

    private Grant grant(int id) {
        return grant(id, ConfinedHost.later());
    }

    private Grant grant(int id, long until) {
        Endpoint overlay = ConfinedHost.endpoint("10.32.0.2", 80);
        return new Grant(id, 1, host.address, overlay.address(), overlay, ConfinedHost.newKey(), until);
    }

    @Test
    void containersAreBounded() throws Exception {
        host.admit("two");
        ConfinedContainer three = host.admit("three");
        assertThatThrownBy(() -> host.admit("four")).hasMessageContaining("there are too many already");
        host.run(() -> host.confinement.dismiss(three));
        ConfinedContainer four = host.admit("four");
        assertThat(host.admit("four")).isSameAs(four);
        for (String name : new String[] {"two", "four"}) {
            host.run(() -> dismiss(name));
        }
    }

    private void dismiss(String name) {
        try {
            host.confinement.dismiss(host.confinement.admit(name));
        } catch (ConfinementException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aClientHostHasItsShareOfHalfDoneHandshakes() throws Exception {
        GrantKey key = ConfinedHost.newKey();
        InetAddress outside = InetAddress.getByName("127.0.0.4");
        Endpoint overlay = ConfinedHost.endpoint("10.32.0.2", 80);
        int listener = host.on(host.confinement::newId);
        int grant = host.on(host.confinement::newId);
        HostSocket shadow = host.shadow(container, new ShadowRequest(listener, 4, 0, false, false, overlay));
        host.run(() -> host.confinement.putGrant(
                new Grant(grant, listener, outside, overlay.address(), overlay, key, ConfinedHost.later())));
        try (SocketAgent raw = new SocketAgent()) {
            raw.must("root");
            raw.must("listen", "s", ConfinedHost.give(raw, shadow.descriptor()));
            for (int i = 0; i < 2 * HALF_DONE_SHARE; i++) {
                int port = 20000 + i;
                raw.must("mute", "host", "127.0.0.4", "port", port);
                raw.must(
                        "packet",
                        "source",
                        "127.0.0.4",
                        "sport",
                        port,
                        "target",
                        "127.0.0.3",
                        "dport",
                        shadow.port(),
                        "seq",
                        1,
                        "flags",
                        2,
                        "options",
                        SynOption.of(grant, key, outside, port, shadow.port(), 1));
            }
            Eventually.get(() -> host.denials("syn-share"), count -> count == HALF_DONE_SHARE);
        }
    }
}
