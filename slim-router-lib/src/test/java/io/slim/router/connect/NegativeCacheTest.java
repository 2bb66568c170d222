package io.slim.router.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import io.slim.router.container.Container;
import io.slim.router.container.TestContainers;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NegativeCacheTest {

    private final AtomicLong now = new AtomicLong();
    private final NegativeCache cache = new NegativeCache(now::get);
    private final Container one = TestContainers.bare(1);
    private final Container two = TestContainers.bare(2);
    private final InetAddress host = InetAddress.getLoopbackAddress();
    private final Endpoint web = new Endpoint(host, 80);

    @Test
    void remembersForATime() {
        cache.put(one, web, host, Reason.TIMEOUT);
        cache.put(two, web, host, Reason.NO_LISTENER);
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
        assertThat(cache.get(one, web)).isEqualTo(Reason.TIMEOUT);
        assertThat(cache.get(one, new Endpoint(host, 81))).isNull();
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(cache.get(one, web)).isNull();
        assertThat(cache.get(two, web)).isEqualTo(Reason.NO_LISTENER);
        now.addAndGet(TimeUnit.SECONDS.toNanos(4));
        assertThat(cache.get(two, web)).isNull();
        assertThat(cache.size()).isZero();
    }

    @Test
    void doesNotRememberWhatIsNoPeersAnswer() {
        cache.put(one, web, host, Reason.LIMIT);
        cache.put(one, web, host, Reason.INTERNAL);
        assertThat(cache.get(one, web)).isNull();
    }

    @Test
    void eventsClearIt() {
        cache.put(one, web, host, Reason.NO_LISTENER);
        cache.forgetDestinations(List.of(new Endpoint(host, 81)));
        assertThat(cache.get(one, web)).isNotNull();
        cache.forgetDestinations(List.of(web));
        assertThat(cache.get(one, web)).isNull();
        cache.put(one, web, host, Reason.NO_LISTENER);
        cache.put(two, web, host, Reason.NO_LISTENER);
        cache.forgetContainer(one);
        assertThat(cache.get(one, web)).isNull();
        cache.forgetHost(host);
        assertThat(cache.get(two, web)).isNull();
    }

    @Test
    void isBounded() {
        for (int i = 0; i < 10_000; i++) {
            cache.put(one, new Endpoint(host, i), host, Reason.NO_LISTENER);
        }
        assertThat(cache.size()).isEqualTo(4096);
        assertThat(cache.get(one, new Endpoint(host, 9999))).isNotNull();
        assertThat(cache.get(one, new Endpoint(host, 1))).isNull();
    }
}
