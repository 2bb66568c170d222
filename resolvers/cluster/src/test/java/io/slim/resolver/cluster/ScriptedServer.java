package io.slim.resolver.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An API server that says what it is told to, and no more. It watches over plain HTTP. */
final class ScriptedServer implements AutoCloseable {

    /** Answers a request. */
    @FunctionalInterface
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    private volatile CountDownLatch end = new CountDownLatch(1);
    /** Requests other than those for a watch. */
    final AtomicInteger asked = new AtomicInteger();

    private volatile Answer list = with(200, "");
    private volatile Answer watch = this::hang;

    ScriptedServer() throws IOException {
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        if (!query.contains("watch=true")) {
            asked.incrementAndGet();
            list.to(exchange);
        } else if (exchange.getRequestHeaders().containsKey("Upgrade")) {
            with(200, "no WebSockets").to(exchange);
        } else {
            watch.to(exchange);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The answer to all but a watch. */
    void list(Answer answer) {
        list = answer;
    }

    void watch(Answer answer) {
        watch = answer;
    }

    static Answer with(int status, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        };
    }

    /** Says nothing, until the server is closed. */
    void hang(HttpExchange exchange) throws IOException {
        try {
            boolean unused = end.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    /** Begins a watch in which nothing happens. */
    void quiet(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().flush();
        hang(exchange);
    }

    /** Ends watches that are under way. */
    void endWatches() {
        CountDownLatch before = end;
        end = new CountDownLatch(1);
        before.countDown();
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
