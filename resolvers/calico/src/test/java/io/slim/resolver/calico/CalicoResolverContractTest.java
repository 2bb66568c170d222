package io.slim.resolver.calico;

import io.slim.resolver.common.testing.SourceContract;
import io.slim.testbed.junit.RequiresHost;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

@RequiresHost(root = false, programs = "etcd")
class CalicoResolverContractTest extends SourceContract {

    private static final String CIDR = "10.244.1.0/26";

    @TempDir
    private static Path directory;

    private static EtcdServer etcd;

    CalicoResolverContractTest() {
        super("10.244.1.7", "192.168.1.10", "10.244.2.7");
    }

    @BeforeAll
    static void start() throws Exception {
        etcd = new EtcdServer(directory.resolve("data"));
        etcd.put(Calico.blockKey(CIDR), Calico.block(CIDR, "a", Map.of()));
    }

    @AfterAll
    static void stop() {
        etcd.close();
    }

    @BeforeEach
    void reset() throws Exception {
        moveKnownAddress(hostOfKnownAddress());
    }

    @Override
    protected String specification() {
        return "calico:etcd=" + etcd.url();
    }

    @Override
    protected void moveKnownAddress(InetAddress host) throws Exception {
        etcd.put(Calico.nodeKey("a"), Calico.node("a", host.getHostAddress() + "/24"));
    }
}
