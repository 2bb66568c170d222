package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs on this JVM: Netty with the JDK's selectors and with its own epoll, and the JDK's blocking sockets. */
@RequiresHost(
        programs = {"python3", "curl"},
        slim = true)
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"secure", "non-secure"})
class JavaTest {
    private static final int PORT = 9200;
    private static final int CURL_COULD_NOT_CONNECT = 7;
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Path CONNECT =
            Path.of("src/test/python/connect_once.py").toAbsolutePath();

    private static RoutedLab lab;

    @Parameter
    private String unused;

    @BeforeParameterizedClassInvocation
    static void start(String mode) {
        lab = RoutedLab.inMode(mode);
        lab.start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        lab.close();
    }

    private final String client = lab.client().address();
    private final String server = lab.server().address();

    @ParameterizedTest(name = "Netty, {0}")
    @ValueSource(strings = {"nio", "epoll"})
    void echoesOverTheHostPath(String transport) {
        try (Service service =
                Service.start(lab.server(), PORT, java(NettyEcho.class, "serve", transport, "" + PORT))) {
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            String seen = Shim.in(lab.client())
                    .exec(java(NettyEcho.class, "talk", transport, server, "" + PORT, "100", "200000"))
                    .orThrow()
                    .stdout();
            overlay.assertUnused();
            assertThat(seen).isEqualTo(client + " -> " + server + "\n");
            assertThat(service.stop(Service.BY_SIGTERM).stdout()).isEqualTo(client + " -> " + server + "\n");
        }
    }

    /** The JDK puts another descriptor in the place of the closed one and sends a signal to the threads. */
    @Test
    void closesAServerSocketInWhichThreadsAreBlocked() {
        try (Service service = Service.start(lab.server(), PORT, java(BlockedAccepts.class, "" + PORT))) {
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            Shim.in(lab.client())
                    .exec("python3", "" + CONNECT, server, "" + PORT)
                    .orThrow();
            overlay.assertUnused();
            curl();
            service.process().waitForOutput("end of all threads", SOON, output -> output.contains("\nclosed\n"));
            String ended = "ended: Socket closed";
            assertThat(service.process().stdout().lines())
                    .containsExactly(client, client, client, ended, ended, ended, "closed");
            service.shadows().awaitNone();
            assertThat(curl()).isEqualTo(CURL_COULD_NOT_CONNECT);
            service.stop(Service.BY_SIGTERM);
        }
    }

    /** Its exit code. */
    private int curl() {
        return Shim.in(lab.client())
                .exec("curl", "-sS", "-m", "5", "http://" + server + ":" + PORT + "/")
                .exitCode();
    }

    private static String[] java(Class<?> program, String... arguments) {
        Stream<String> jvm = Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dio.netty.noUnsafe=true",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName());
        return Stream.concat(jvm, Stream.of(arguments)).toArray(String[]::new);
    }
}
