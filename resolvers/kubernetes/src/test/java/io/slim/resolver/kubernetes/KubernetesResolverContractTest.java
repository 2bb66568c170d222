package io.slim.resolver.kubernetes;

import io.slim.resolver.cluster.testing.ApiServer;
import io.slim.resolver.common.testing.SourceContract;
import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class KubernetesResolverContractTest extends SourceContract {

    @TempDir
    private static Path directory;

    private static ApiServer server;

    KubernetesResolverContractTest() {
        super("10.244.1.7", "192.168.1.10", "10.244.2.7");
    }

    @BeforeAll
    static void start() throws Exception {
        server = ApiServer.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void reset() throws Exception {
        moveKnownAddress(hostOfKnownAddress());
    }

    @Override
    protected String specification() {
        return "kubernetes:kubeconfig=" + server.kubeconfig();
    }

    @Override
    protected void moveKnownAddress(InetAddress host) throws Exception {
        server.put(Yaml.pod("web", "10.244.1.7", host.getHostAddress()));
    }
}
