package io.slim.resolver.kernel;

import io.slim.resolver.common.testing.SourceContract;
import io.slim.testbed.junit.RequiresHost;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

@RequiresHost(programs = {"ip", "bridge"})
class KernelResolverContractTest extends SourceContract {

    private Wires wires;

    KernelResolverContractTest() {
        super("10.32.0.1", "192.168.77.100", "10.32.0.2");
    }

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
    protected String specification() {
        return "kernel:netns=" + wires.file();
    }

    @Override
    protected void moveKnownAddress(InetAddress host) throws Exception {
        wires.bridge("fdb replace 02:32:00:00:00:01 dev vx0 self permanent dst " + host.getHostAddress());
    }
}
