package io.slim.router.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.router.observe.Upstreams.Count;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class UpstreamsTest {

    private final Counters counters = new Counters();
    private final Upstreams upstreams = new Upstreams(counters);

    private static Endpoint port(int port) {
        return new Endpoint(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void bothPathsAreCountedForEach() {
        upstreams.tookHostPath(port(1), 3);
        upstreams.tookOverlay(port(1));
        upstreams.tookOverlay(port(2));
        assertThat(upstreams.snapshot())
                .containsEntry(port(1), new Count(3, 1))
                .containsEntry(port(2), new Count(0, 1));
        upstreams.clear();
        assertThat(upstreams.snapshot()).isEmpty();
    }

    @Test
    void whoWasNotHeardOfForLongestMakesRoom() {
        for (int i = 1; i <= Upstreams.MOST; i++) {
            upstreams.tookOverlay(port(i));
        }
        upstreams.tookOverlay(port(1));
        upstreams.tookOverlay(port(2000));
        assertThat(upstreams.snapshot())
                .hasSize(Upstreams.MOST)
                .containsKey(port(1))
                .doesNotContainKey(port(2));
        assertThat(counters.get(Counter.UPSTREAMS_FORGOTTEN)).isEqualTo(1);
    }
}
