package io.slim.resolver.weave;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP server with a report. It keeps its port when it is stopped and started again. */
final class ReportServer implements AutoCloseable {

    /** Answers a request. */
    @FunctionalInterface
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private final AtomicInteger asked = new AtomicInteger();
    /** In a group of their own: they are none of the resolver's. */
    private final ExecutorService threads =
            Executors.newCachedThreadPool(work -> new Thread(new ThreadGroup("servers"), work, "report-server"));

    private volatile Answer answer = exchange -> {};
    private HttpServer server;
    private int port;

    ReportServer() throws IOException {
        start();
    }

    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        port = server.getAddress().getPort();
        server.setExecutor(threads);
        server.createContext("/report", exchange -> {
            asked.incrementAndGet();
            answer.to(exchange);
        });
        server.start();
    }

    void stop() {
        server.stop(0);
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    int asked() {
        return asked.get();
    }

    void answer(Answer next) {
        answer = next;
    }

    void report(String json) {
        answer(with(200, json));
    }

    static Answer with(int status, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return exchange -> {
            exchange.sendResponseHeaders(status, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        };
    }

    /** A report that was captured from a Weave router. */
    static String captured(String host) {
        try (InputStream in = ReportServer.class.getResourceAsStream("report-host-" + host + ".json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
        threads.shutdownNow();
    }
}
