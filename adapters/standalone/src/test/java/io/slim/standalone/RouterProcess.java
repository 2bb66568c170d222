package io.slim.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code slim router} on 127.0.0.1, ready. */
public final class RouterProcess implements AutoCloseable {

    private final SlimProcess process;
    private final Path directory;

    /**
     * Starts it and waits until it is ready.
     *
     * @param directory for its socket and state
     * @param options more of {@code slim router}'s
     */
    public RouterProcess(Path directory, Map<String, String> environment, String... options) throws IOException {
        this.directory = directory;
        Path hosts = Files.writeString(directory.resolve("hosts.yaml"), "hosts: { 10.32.0.1: 127.0.0.1 }");
        List<String> arguments = new ArrayList<>(List.of(
                "router",
                "127.0.0.1",
                "--resolver=static:" + hosts,
                "--control-insecure",
                "--mode=non-secure",
                "--socket=" + socket(),
                "--state-dir=" + stateDirectory(),
                "--control-port=" + freePort()));
        arguments.addAll(List.of(options));
        process = new SlimProcess(environment, arguments.toArray(String[]::new));
        String ready = process.readLine();
        if (ready == null) {
            throw new AssertionError("the router has ended: " + process.errors());
        }
        assertThat(ready).startsWith("slim router ready: host 127.0.0.1, socket " + socket());
    }

    /** A TCP port that nobody has at present. */
    public static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return probe.getLocalPort();
        }
    }

    /** For shims. */
    public Path socket() {
        return directory.resolve("slim.sock");
    }

    /** Where its own files are. */
    public Path stateDirectory() {
        return directory.resolve("state");
    }

    /** Ends it as an operator does; what it has logged. */
    public String stop() throws IOException, InterruptedException {
        process.terminate();
        assertThat(process.exitCode()).isZero();
        assertThat(process.readLine()).isNull();
        return process.errors();
    }

    @Override
    public void close() {
        process.close();
    }
}
