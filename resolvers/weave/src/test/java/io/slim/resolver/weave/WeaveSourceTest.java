package io.slim.resolver.weave;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.common.SourceResolver;
import io.slim.resolver.common.testing.Answers;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** What the source may do to the resolver. */
@Timeout(30)
class WeaveSourceTest {

    private static final InetAddress ADDRESS = Prefix.address("10.40.128.7");
    private static final Resolution B = Resolution.on(Prefix.address("192.168.77.2"));

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(SourceResolver.class);
    private final CountDownLatch end = new CountDownLatch(1);
    private ReportServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ReportServer();
        server.report(ReportServer.captured("a"));
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.close();
        logger.detachAppender(log);
    }

    private OverlayResolver open() {
        return ResolverProvider.open("weave:poll-ms=20,url=" + server.url());
    }

    /** What a source may answer instead of a report. */
    @SuppressWarnings("ImmutableEnumChecker")
    enum Nonsense {
        GARBAGE(ReportServer.with(200, "\u0000\u0001\u0002 no JSON at all \uffff")),
        HTML(ReportServer.with(200, "<!DOCTYPE html><html><body>Login</body></html>")),
        TRUNCATED(ReportServer.with(200, ReportServer.captured("a").substring(0, 2000))),
        NOTHING(ReportServer.with(200, "")),
        NULL(ReportServer.with(200, "null")),
        ANOTHER_OBJECT(ReportServer.with(200, "{\"kind\":\"Status\"}")),
        WRONG_TYPES(ReportServer.with(200, "{\"Router\":{\"Name\":\"x\",\"Peers\":7},\"IPAM\":[]}")),
        DEEP(ReportServer.with(200, "{\"a\":".repeat(100_000))),
        ERROR(ReportServer.with(503, "not ready")),
        REDIRECT(exchange -> {
            exchange.getResponseHeaders().add("Location", "http://192.0.2.1/");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        }),
        /** Says how much it is. */
        TOO_MUCH(exchange -> {
            exchange.sendResponseHeaders(200, 100 << 20);
            pour(exchange.getResponseBody());
        }),
        /** Does not say it. */
        TOO_MUCH_IN_CHUNKS(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            pour(exchange.getResponseBody());
        }),
        CLOSED(exchange -> exchange.close());

        private final ReportServer.Answer answer;

        Nonsense(ReportServer.Answer answer) {
            this.answer = answer;
        }

        private static void pour(OutputStream out) throws java.io.IOException {
            byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 100; i++) {
                out.write(blanks);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nonsenseChangesNothingIsShownAndIsToldOnce(Nonsense nonsense) throws Exception {
        try (OverlayResolver resolver = open()) {
            Answers.await(resolver, () -> resolver.resolve(ADDRESS).equals(B));
            server.answer(nonsense.answer);
            Answers.await(resolver, () -> !resolver.health().fresh());
            int asked = server.asked();
            Answers.await(resolver, () -> server.asked() >= asked + 1);
            assertThat(resolver.resolve(ADDRESS)).isEqualTo(B);
            assertThat(resolver.health().detail()).contains(server.url() + "/report", "still used");
            assertThat(warnings()).hasSize(1);
            server.report(ReportServer.captured("a"));
            Answers.await(resolver, () -> resolver.health().fresh());
        }
    }

    private List<ILoggingEvent> warnings() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .toList();
    }

    @Test
    void aSourceThatIsAwayAtTheStartAndComesLater() throws Exception {
        server.stop();
        try (OverlayResolver resolver = open()) {
            assertThat(resolver.resolve(ADDRESS)).isEqualTo(Nowhere.UNKNOWN);
            Answers.await(resolver, () -> resolver.health().detail().contains("refused"));
            server.start();
            Answers.await(resolver, () -> resolver.resolve(ADDRESS).equals(B));
            server.stop();
            Answers.await(resolver, () -> !resolver.health().fresh());
            assertThat(resolver.resolve(ADDRESS)).isEqualTo(B);
            server.start();
            Answers.await(resolver, () -> resolver.health().fresh());
        }
    }

    @Test
    void aSlowSourceHoldsUpNobody() throws Exception {
        server.answer(exchange -> {
            try {
                end.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        long start = System.nanoTime();
        OverlayResolver resolver = open();
        assertThat(resolver.resolve(ADDRESS)).isEqualTo(Nowhere.UNKNOWN);
        assertThat(resolver.health().fresh()).isFalse();
        resolver.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void aSourceThatSpeaksAnotherProtocol() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread speaking = new Thread(() -> {
                try {
                    while (true) {
                        try (Socket client = other.accept()) {
                            client.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.UTF_8));
                        }
                    }
                } catch (java.io.IOException e) {
                    // Closed.
                }
            });
            speaking.start();
            try (OverlayResolver resolver =
                    ResolverProvider.open("weave:url=http://127.0.0.1:" + other.getLocalPort())) {
                assertThat(resolver.resolve(ADDRESS)).isEqualTo(Nowhere.UNKNOWN);
                Answers.await(
                        resolver,
                        () -> resolver.health().detail().contains("http://127.0.0.1:" + other.getLocalPort()));
            }
        }
    }
}
