package io.slim.resolver.kubernetes;

import io.slim.api.contract.OverlayResolverContract;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.table.Prefix;
import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class KubernetesResolverContractTest extends OverlayResolverContract {

    @TempDir
    private Path directory;

    private ApiServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer(directory.resolve("kubeconfig"));
        moveKnownAddress(hostOfKnownAddress());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected OverlayResolver create() throws Exception {
        OverlayResolver resolver = ResolverProvider.open("kubernetes:kubeconfig=" + server.kubeconfig());
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
    protected void moveKnownAddress(InetAddress host) {
        server.put(Yaml.pod("web", "10.244.1.7", host.getHostAddress()));
    }
}
