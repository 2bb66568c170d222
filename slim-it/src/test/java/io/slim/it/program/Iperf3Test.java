package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.Running;
import io.slim.testbed.junit.RequiresHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** iperf3: one control connection and one or more data connections, in both directions, over IPv4 and IPv6. */
@RequiresHost(programs = "iperf3", slim = true)
class Iperf3Test {
    private static final int PORT = 5201;
    private static final Duration READY = Duration.ofSeconds(5);
    private static final long BYTES = 256 << 20;

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    static Stream<Arguments> ways() {
        return Stream.of(
                Arguments.of("one stream", List.of(), false),
                Arguments.of("eight streams", List.of("-P", "8"), false),
                Arguments.of("reverse", List.of("-R"), false),
                Arguments.of("one stream, IPv6", List.of(), true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void movesItsDataOverTheHostPath(String name, List<String> options, boolean v6) throws Exception {
        try (Running server = Shim.in(lab.server()).start("iperf3", "-s", "-1", "-p", "" + PORT)) {
            server.waitForListener(PORT, READY);
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            String address = v6 ? lab.server().address6() : lab.server().address();
            JsonNode result = client(address, options);
            assertThat(result.at("/end/sum_sent/bytes").longValue()).isGreaterThanOrEqualTo(BYTES);
            assertThat(result.at("/start/connected/0/remote_host").textValue()).isEqualTo(address);
            overlay.assertUnused();
            String peer = v6 ? lab.client().address6() : lab.client().address();
            server.waitForOutput(
                    "accepted connection", READY, output -> output.contains("Accepted connection from " + peer));
        }
    }

    private static JsonNode client(String address, List<String> options) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("iperf3", "-c", address, "-p", "" + PORT, "-n", "" + BYTES, "--json"));
        command.addAll(options);
        String output = Shim.in(lab.client())
                .exec(command.toArray(String[]::new))
                .orThrow()
                .stdout();
        return new ObjectMapper().readTree(output);
    }
}
