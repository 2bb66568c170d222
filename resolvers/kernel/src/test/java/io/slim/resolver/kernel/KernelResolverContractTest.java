package io.slim.resolver.kernel;

import io.slim.api.contract.OverlayResolverContract;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.table.Prefix;
import io.slim.testbed.junit.RequiresHost;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

@RequiresHost(programs = {"ip", "bridge"})
class KernelResolverContractTest extends OverlayResolverContract {

    private Wires wires;

    @BeforeEach
    void make() throws Exception {
        wires = new Wires();
        wires.ip("neigh replace 10.32.0.1 lladdr 02:32:00:00:00:01 dev vx0 nud permanent");
        moveKnownAddress(hostOfKnownAddress());
    }

    @AfterEach
    void remove() throws Exception {
        wires.close();
    }

    @Override
    protected OverlayResolver create() throws Exception {
        OverlayResolver resolver = ResolverProvider.open("kernel:netns=" + wires.file());
        long end = System.nanoTime() + 10_000_000_000L;
        while (!resolver.health().fresh() && System.nanoTime() < end) {
            Thread.sleep(5); // On a busy machine it takes longer than the resolver waits for its source.
        }
        return resolver;
    }

    @Override
    protected InetAddress knownAddress() {
        return Prefix.address("10.32.0.1");
    }

    @Override
    protected InetAddress hostOfKnownAddress() {
        return Prefix.address("192.168.77.100");
    }

    @Override
    protected InetAddress unknownAddress() {
        return Prefix.address("10.32.0.2");
    }

    @Override
    protected void moveKnownAddress(InetAddress host) throws Exception {
        wires.bridge("fdb replace 02:32:00:00:00:01 dev vx0 self permanent dst " + host.getHostAddress());
    }
}
