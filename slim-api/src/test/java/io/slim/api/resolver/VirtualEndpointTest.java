package io.slim.api.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VirtualEndpointTest {

    private static InetAddress address(int third, int last) throws Exception {
        return InetAddress.getByAddress(new byte[] {10, 44, (byte) third, (byte) last});
    }

    private static List<Endpoint> backends(int count) throws Exception {
        List<Endpoint> backends = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            backends.add(new Endpoint(address(0, i), 80));
        }
        return backends;
    }

    @Test
    void eachBackendHasItsShare() throws Exception {
        for (boolean sticky : new boolean[] {false, true}) {
            VirtualEndpoint service = new VirtualEndpoint(backends(4), sticky);
            Map<Endpoint, Integer> chosen = new HashMap<>();
            for (int i = 0; i < 10_000; i++) {
                chosen.merge(service.choose(address(i / 250, i % 250)), 1, Integer::sum);
            }
            assertThat(chosen).hasSize(4);
            assertThat(chosen.values()).allSatisfy(count -> assertThat(count).isBetween(2200, 2800));
        }
    }

    @Test
    void aClientStaysWhereItIsAsLongAsItCan() throws Exception {
        VirtualEndpoint four = new VirtualEndpoint(backends(4), true);
        VirtualEndpoint three = new VirtualEndpoint(backends(3), true);
        int moved = 0;
        for (int i = 0; i < 1000; i++) {
            InetAddress client = address(i / 250, i % 250);
            assertThat(four.choose(client)).isEqualTo(four.choose(client));
            boolean mustMove = !three.backends().contains(four.choose(client));
            assertThat(three.choose(client).equals(four.choose(client))).isEqualTo(!mustMove);
            moved += mustMove ? 1 : 0;
        }
        assertThat(moved).isBetween(180, 320);
    }

    @Test
    void withoutBackendsThereIsNoChoice() throws Exception {
        assertThat(new VirtualEndpoint(List.of(), true).choose(address(0, 1))).isNull();
        assertThat(new VirtualEndpoint(List.of(), false).choose(address(0, 1))).isNull();
    }
}
