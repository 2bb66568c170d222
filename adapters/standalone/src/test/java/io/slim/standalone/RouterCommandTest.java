package io.slim.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
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
                "--contrl-insecure",
                "--socket=" + "/x".repeat(80));
        assertThat(errors)
                .contains("--resolver: missing")
                .contains("HOST-IP: not-an-address (expected: an IPv4 or IPv6 address)")
                .contains("--mode: half (expected: non-secure or secure)")
                .contains("--listen-ports: 7 (expected: A-B")
                .contains("--control-port: x (expected: 1 to 65535)")
                .contains("--contrl-insecure: unknown (expected: a known name; did you mean --control-insecure?)")
                .contains(
                        "control channel: missing (expected: certificate, key and authorities for TLS, or control-insecure")
                .contains("at most 107 bytes");
    }

    @Test
    void aFileAVariableAndAFlagAreToldWithTheirPlaces() throws Exception {
        Path file = Files.writeString(
                directory.resolve("router.yaml"), "listen-ports: 7\nresolver: none:x\nmdoe: non-secure\n");
        try (SlimProcess router = new SlimProcess(
                Map.of("SLIM_ROUTER_CONTROL_PORT", "y", "SLIM_ROUTER_CONFIG", file.toString()),
                "router",
                "--connections=0")) {
            assertThat(router.exitCode()).isEqualTo(2);
            assertThat(router.errors())
                    .contains(file + ":1: listen-ports: 7 (expected: A-B, such as 61000-64999)")
                    .contains(file + ":3: mdoe: unknown (expected: a known name; did you mean mode?)")
                    .contains("SLIM_ROUTER_CONTROL_PORT: y (expected: 1 to 65535)")
                    .contains("--connections: 0 (expected: at least 1)")
                    .contains("--host-address: missing")
                    .contains("resolver: none:x (expected: NAME:ARGUMENT, where NAME is one of [kernel, static, weave");
        }
    }

    @Test
    void whatIsPrintedIsAFileThatSaysTheSame() throws Exception {
        Path file = Files.writeString(
                directory.resolve("router.yaml"),
                "mode: non-secure\ncontrol-insecure: false\nresolver: \"static:/a b\"\n");
        StringWriter first = new StringWriter();
        CommandLine line = Main.commandLine().setOut(new PrintWriter(first));
        assertThat(line.execute("router", "::1", "--config=" + file, "--control-insecure", "--print-config"))
                .isZero();
        assertThat(first.toString())
                .containsPattern("host-address: \"::1\" +# HOST-IP\n")
                .containsPattern("resolver: \"static:/a b\" +# " + file + ":3: resolver\n")
                .containsPattern("control-insecure: true +# --control-insecure\n")
                .containsPattern("listen-ports: 61000-64999 +# default\n");
        Path again = Files.writeString(directory.resolve("again.yaml"), first.toString());
        StringWriter second = new StringWriter();
        assertThat(Main.commandLine()
                        .setOut(new PrintWriter(second))
                        .execute("router", "--config=" + again, "--print-config"))
                .isZero();
        assertThat(failing(2, "router", "--config=" + again, "--no-control-insecure"))
                .contains("control channel: missing");
        assertThat(second.toString().replaceAll(" +#.*", ""))
                .isEqualTo(first.toString().replaceAll(" +#.*", ""));
    }

    @Test
    void secureModeIsTheDefault() {
        StringWriter out = new StringWriter();
        assertThat(Main.commandLine()
                        .setOut(new PrintWriter(out))
                        .execute("router", "127.0.0.1", "--resolver=static:/x", "--control-insecure", "--print-config"))
                .isZero();
        assertThat(out.toString()).containsPattern("(?m)^mode: secure\\b");
    }

    @Test
    void tlsFilesGoTogetherAndAreNotForInsecureRouters() {
        assertThat(failing(2, "router", "127.0.0.1", "--control-key=k.pem"))
                .contains("--control-cert: missing (expected: a PEM file: --control-cert, --control-key and")
                .contains("--control-ca: missing");
        assertThat(failing(
                        2,
                        "router",
                        "127.0.0.1",
                        "--control-insecure",
                        "--control-key=k",
                        "--control-cert=c",
                        "--control-ca=a"))
                .contains("control channel: TLS files and control-insecure (expected: one of them)");
    }

    @Test
    void allThatIsWrongWithTlsFilesIsTold() throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts.yaml"), "hosts: { 10.32.0.1: 127.0.0.1 }");
        Path key = Files.writeString(directory.resolve("key.pem"), "-----BEGIN EC PRIVATE KEY-----");
        Path authorities = Files.writeString(directory.resolve("ca.pem"), "");
        String errors = failing(
                2,
                "router",
                "127.0.0.1",
                "--mode=non-secure",
                "--resolver=static:" + hosts,
                "--socket=" + directory.resolve("slim.sock"),
                "--state-dir=" + directory.resolve("state"),
                "--control-cert=" + directory.resolve("none.pem"),
                "--control-key=" + key,
                "--control-ca=" + authorities);
        assertThat(errors)
                .contains("control cert: " + directory.resolve("none.pem") + " (expected: a file that this user")
                .contains("control key: " + key + " (expected: a PKCS #8 key that is not encrypted (openssl pkcs8")
                .contains("control ca: " + authorities + " (expected: at least one PEM certificate");
        assertThat(directory.resolve("state")).doesNotExist();
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
        try (RouterProcess router = new RouterProcess(directory, Map.of())) {
            assertThat(RouterProbe.problem(router.socket())).isEmpty();
            assertThat(router.stop()).contains("closed: ");
            assertThat(router.socket()).doesNotExist();
        }
    }
}
