package io.slim.oci.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.ConnectionRequest.Side;
import io.slim.api.policy.PolicyVerdict;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ContainerRatesTest {

    private static long rate(ConnectionPolicy policy, Side side, String client) throws Exception {
        InetAddress host = InetAddress.getByName("192.168.77.1");
        return policy.decide(new ConnectionRequest(
                        side,
                        InetAddress.getByName(client),
                        host,
                        new Endpoint(InetAddress.getByName("10.32.0.2"), 80),
                        host))
                .sendRate();
    }

    @Test
    void theLowerRateHolds() throws Exception {
        ContainerRates rates = new ContainerRates(request -> PolicyVerdict.limited(5000, "policy"));
        List<InetAddress> slow = List.of(InetAddress.getByName("10.32.0.1"));
        List<InetAddress> fast = List.of(InetAddress.getByName("10.32.0.3"));
        AtomicInteger changes = new AtomicInteger();
        rates.onChange(changes::incrementAndGet);
        rates.limit(slow, 1000);
        rates.limit(fast, 9000);
        assertThat(rate(rates, Side.CLIENT, "10.32.0.1")).isEqualTo(1000);
        assertThat(rate(rates, Side.CLIENT, "10.32.0.3")).isEqualTo(5000);
        assertThat(rate(rates, Side.CLIENT, "10.32.0.4")).isEqualTo(5000);
        assertThat(rate(rates, Side.SERVER, "10.32.0.1")).isEqualTo(5000);
        rates.forget(slow);
        assertThat(rate(rates, Side.CLIENT, "10.32.0.1")).isEqualTo(5000);
        assertThat(changes).hasValue(3);
    }

    @Test
    void aRefusalStaysOne() throws Exception {
        ContainerRates rates = new ContainerRates(request -> PolicyVerdict.overlay("policy"));
        rates.limit(List.of(InetAddress.getByName("10.32.0.1")), 1000);
        assertThat(rate(rates, Side.CLIENT, "10.32.0.1")).isZero();
    }
}
