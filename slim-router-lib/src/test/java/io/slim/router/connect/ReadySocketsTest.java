package io.slim.router.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.router.container.TestContainers;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.sys.HostSockets;
import io.slim.router.sys.HostSockets.Bound;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadySocketsTest {

    private final InetAddress host = InetAddress.getLoopbackAddress();
    private final Endpoint web = new Endpoint(host, 80);
    private final AtomicLong now = new AtomicLong();
    private final Counters counters = new Counters();
    private final ReadySockets ready = new ReadySockets(2, counters, now::get);
    private final Route route = new Route(TestContainers.bare(1), 4, host, web, host);

    @AfterEach
    void free() {
        ready.close();
        assertThat(ready.size()).isZero();
    }

    private Bound arrive() throws Exception {
        Bound socket = new HostSockets().forConnect(4, host);
        ready.coming(route);
        ready.arrived(route, socket, 61000, 0);
        return socket;
    }

    @Test
    void theSecondUseWithinAMinuteMakesSome() {
        assertThat(ready.take(route)).isNull();
        assertThat(ready.missing(route)).isZero();
        now.addAndGet(TimeUnit.SECONDS.toNanos(61));
        assertThat(ready.take(route)).isNull();
        assertThat(ready.missing(route)).isZero();
        assertThat(ready.take(route)).isNull();
        assertThat(ready.missing(route)).isEqualTo(2);
        ready.coming(route);
        assertThat(ready.missing(route)).isEqualTo(1);
    }

    @Test
    void givesEachOnce() throws Exception {
        ready.take(route);
        ready.take(route);
        Bound socket = arrive();
        ReadySockets.Ready taken = Objects.requireNonNull(ready.take(route));
        assertThat(taken.socket()).isEqualTo(socket);
        assertThat(ready.take(route)).isNull();
        ready.close();
        assertThat(socket.descriptor().isOpen()).as("it is somebody else's now").isTrue();
        socket.descriptor().close();
    }

    @Test
    void closesWhatIsOldWithdrawnOrLate() throws Exception {
        ready.take(route);
        ready.take(route);
        Bound old = arrive();
        now.addAndGet(TimeUnit.SECONDS.toNanos(61));
        assertThat(ready.take(route)).isNull();
        assertThat(old.descriptor().isOpen()).isFalse();

        ready.take(route);
        Bound withdrawn = arrive();
        ready.dropDestinations(List.of(web));
        assertThat(withdrawn.descriptor().isOpen()).isFalse();

        Bound late = arrive();
        assertThat(late.descriptor().isOpen()).isFalse();
        assertThat(counters.get(Counter.READY_SOCKETS_DROPPED)).isEqualTo(3);
    }
}
