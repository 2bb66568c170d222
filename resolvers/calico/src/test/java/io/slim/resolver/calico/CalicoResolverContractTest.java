package io.slim.resolver.calico;

import io.slim.api.contract.OverlayResolverContract;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.table.Prefix;
import io.slim.testbed.junit.RequiresHost;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

@RequiresHost(root = false, programs = "etcd")
class CalicoResolverContractTest extends OverlayResolverContract {

    private static final String CIDR = "10.244.1.0/26";

    @TempDir
    private static Path directory;

    private static EtcdServer etcd;

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
    protected OverlayResolver create() throws Exception {
        OverlayResolver resolver = ResolverProvider.open("calico:etcd=" + etcd.url());
        long end = System.nanoTime() + 10_000_000_000L;
        while (!resolver.health().fresh() && System.nanoTime() < end) {
            Thread.sleep(5); // The first client of a JVM takes longer than the resolver waits for it.
        }
        return resolver;
    }

    @Override
    protected InetAddress knownAddress() {
        return Prefix.address("10.244.1.7");
    }

    @Override
    protected InetAddress hostOfKnownAddress() {
        return Prefix.address("192.168.1.10");
    }

    @Override
    protected InetAddress unknownAddress() {
        return Prefix.address("10.244.2.7");
    }

    @Override
    protected void moveKnownAddress(InetAddress host) throws Exception {
        etcd.put(Calico.nodeKey("a"), Calico.node("a", host.getHostAddress() + "/24"));
    }
}
