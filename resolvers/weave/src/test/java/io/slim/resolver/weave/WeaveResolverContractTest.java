package io.slim.resolver.weave;

import io.slim.api.contract.OverlayResolverContract;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.table.Prefix;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class WeaveResolverContractTest extends OverlayResolverContract {

    private ReportServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ReportServer();
        moveKnownAddress(hostOfKnownAddress());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected OverlayResolver create() throws Exception {
        OverlayResolver resolver = ResolverProvider.open("weave:poll-ms=50,url=" + server.url());
        long end = System.nanoTime() + 10_000_000_000L;
        while (!resolver.health().fresh() && System.nanoTime() < end) {
            Thread.sleep(5); // On a busy machine it takes longer than the resolver waits for its source.
        }
        return resolver;
    }

    @Override
    protected InetAddress knownAddress() {
        return Prefix.address("10.40.128.7");
    }

    @Override
    protected InetAddress hostOfKnownAddress() {
        return Prefix.address("192.168.77.2");
    }

    @Override
    protected InetAddress unknownAddress() {
        return Prefix.address("10.41.0.1");
    }

    /** Weave's peers do not change their address; what moves is where this host sees the peer. */
    @Override
    protected void moveKnownAddress(InetAddress host) {
        server.report(ReportServer.captured("a").replace("192.168.77.2:", host.getHostAddress() + ":"));
    }
}
