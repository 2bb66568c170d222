package io.slim.samples.resolver;

import com.sun.net.httpserver.HttpServer;
import io.slim.resolver.common.testing.SourceContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class LinesResolverContractTest extends SourceContract {

    private HttpServer server;
    private volatile String lines = "";

    LinesResolverContractTest() {
        super("10.32.1.7", "192.168.77.2", "10.33.0.1");
    }

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
    protected String specification() {
        return "lines:url=http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    @Override
    protected void moveKnownAddress(InetAddress host) {
        lines = "10.32.0.0/24 192.168.77.1\n10.32.1.0/24 " + host.getHostAddress() + "\n";
    }
}
