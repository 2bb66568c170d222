package io.slim.samples.resolver;

import com.sun.net.httpserver.HttpServer;
import io.slim.api.contract.OverlayResolverContract;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.table.Prefix;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class LinesResolverContractTest extends OverlayResolverContract {

    private HttpServer server;
    private volatile String lines = "";

    @BeforeEach
    void start() throws IOException {
        moveKnownAddress(hostOfKnownAddress());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        server.createContext("/", exchange -> {
            byte[] body = lines.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Override
    protected OverlayResolver create() throws Exception {
        OverlayResolver resolver = ResolverProvider.open(
                "lines:url=http://127.0.0.1:" + server.getAddress().getPort() + "/");
        while (!resolver.health().fresh()) {
            Thread.sleep(5); // On a busy machine it takes longer than the resolver waits for its source.
        }
        return resolver;
    }

    @Override
    protected InetAddress knownAddress() {
        return Prefix.address("10.32.1.7");
    }

    @Override
    protected InetAddress hostOfKnownAddress() {
        return Prefix.address("192.168.77.2");
    }

    @Override
    protected InetAddress unknownAddress() {
        return Prefix.address("10.33.0.1");
    }

    @Override
    protected void moveKnownAddress(InetAddress host) {
        lines = "10.32.0.0/24 192.168.77.1\n10.32.1.0/24 " + host.getHostAddress() + "\n";
    }
}
