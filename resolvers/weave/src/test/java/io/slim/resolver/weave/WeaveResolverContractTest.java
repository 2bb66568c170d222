package io.slim.resolver.weave;

import io.slim.resolver.common.testing.SourceContract;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class WeaveResolverContractTest extends SourceContract {

    private ReportServer server;

    WeaveResolverContractTest() {
        super("10.40.128.7", "192.168.77.2", "10.41.0.1");
    }

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
    protected String specification() {
        return "weave:poll-ms=50,url=" + server.url();
    }

    /** Weave's peers do not change their address; what moves is where this host sees the peer. */
    @Override
    protected void moveKnownAddress(InetAddress host) {
        server.report(ReportServer.captured("a").replace("192.168.77.2:", host.getHostAddress() + ":"));
    }
}
