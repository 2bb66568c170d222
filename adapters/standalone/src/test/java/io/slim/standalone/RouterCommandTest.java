package io.slim.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RouterCommandTest {

    @TempDir
    private Path directory;

    private static String failing(int code, String... arguments) {
        StringWriter errors = new StringWriter();
        CommandLine line = Main.commandLine().setErr(new PrintWriter(errors));
        assertThat(line.execute(arguments)).isEqualTo(code);
        return errors.toString();
    }

    @Test
    void allWrongOptionsAreToldAtOnce() {
        String errors = failing(
                2,
                "router",
                "not-an-address",
                "--mode=half",
                "--listen-ports=7",
                "--control-port=x",
                "--socket=" + "/x".repeat(80));
        assertThat(errors)
                .contains("--resolver: missing")
                .contains("HOST-IP: not-an-address (expected: an IPv4 or IPv6 address)")
                .contains("--mode: half (expected: non-secure)")
                .contains("--listen-ports: 7 (expected: A-B")
                .contains("--control-port: x (expected: 1 to 65535)")
                .contains("control channel: TLS (expected: control-insecure, by name")
                .contains("at most 107 bytes");
    }

    @Test
    void secureModeIsRefusedAndNamed() {
        String errors = failing(2, "router", "127.0.0.1", "--resolver=static:/x", "--control-insecure");
        assertThat(errors).contains("mode: secure (expected: non-secure, by name");
    }

    @Test
    void aBadHostsFileIsToldWithItsPlace() throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts.yaml"), "hosts:\n  10.32.0.1: x\n");
        String errors = failing(
                2, "router", "127.0.0.1", "--resolver=static:" + hosts, "--control-insecure", "--mode=non-secure");
        assertThat(errors).contains(hosts + ", line 2, column 14: 10.32.0.1: x");
    }

    @Test
    void saysWhenItIsReadyAndStopsWhenToldTo() throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts.yaml"), "hosts: { 10.32.0.1: 127.0.0.1 }");
        Path socket = directory.resolve("slim.sock");
        try (SlimProcess router = new SlimProcess(
                Map.of(),
                "router",
                "127.0.0.1",
                "--resolver=static:" + hosts,
                "--control-insecure",
                "--mode=non-secure",
                "--socket=" + socket,
                "--state-dir=" + directory.resolve("state"),
                "--control-port=" + freePort())) {
            assertThat(router.readLine()).startsWith("slim router ready: host 127.0.0.1, socket " + socket);
            assertThat(RouterProbe.problem(socket)).isEmpty();
            router.terminate();
            assertThat(router.exitCode()).isZero();
            assertThat(router.readLine()).isNull();
            assertThat(router.errors()).contains("closed: ");
            assertThat(socket).doesNotExist();
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return probe.getLocalPort();
        }
    }
}
