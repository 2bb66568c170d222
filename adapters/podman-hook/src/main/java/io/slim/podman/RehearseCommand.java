package io.slim.podman;

import io.slim.api.ConfigurationException;
import io.slim.oci.hosting.HostingConfiguration;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Starts a router and asks it once, for the JVM to see which classes that takes; {@code install} has them archived (class-data
 * sharing), so that a router starts in half the time. To be run in a network namespace of its own.
 */
@Command(name = "rehearse", hidden = true)
final class RehearseCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "An empty directory.")
    private Path directory;

    /** In secure mode, unless this host cannot. */
    @Override
    public Integer call() throws IOException {
        try {
            rehearse("secure");
        } catch (ConfigurationException e) {
            rehearse("non-secure");
        }
        return 0;
    }

    private void rehearse(String mode) throws IOException {
        Path hosts = Files.writeString(directory.resolve("hosts.yaml"), "hosts:\n  10.32.0.1: 127.0.0.1\n");
        HostingConfiguration configuration = HookConfiguration.read(
                Files.writeString(
                        directory.resolve("router.yaml"),
                        String.join(
                                "\n",
                                "host-address: 127.0.0.1",
                                "resolver: static:" + hosts,
                                "mode: " + mode,
                                "control-insecure: true",
                                "prefix: 10.32.0.0/12",
                                "state-dir: " + directory.resolve("state"),
                                "socket: " + directory.resolve("slim.sock"),
                                "lib-dir: " + directory.resolve("lib"),
                                "")),
                Map.of());
        try (RouterProcess process = RouterProcess.start(configuration)) {
            String config = "{\"process\":{\"args\":[\"/bin/sh\"],\"env\":[]},\"root\":{\"path\":\"/\"},\"mounts\":[],"
                    + "\"annotations\":{\"io.slim.enable\":\"true\"},\"linux\":{\"namespaces\":[{\"type\":\"network\"}],"
                    + "\"cgroupsPath\":\"/" + "a".repeat(64) + "\"}}";
            ask(process.hookSocket(), 1, config);
            ask(process.hookSocket(), 3, "{\"id\":\"" + "a".repeat(64) + "\"}");
        }
    }

    private static void ask(Path socket, int type, String document) throws IOException {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        ByteBuffer question = ByteBuffer.allocate(16 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        question.putInt(16 + bytes.length)
                .put((byte) 1)
                .put((byte) type)
                .position(16)
                .put(bytes);
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(question.flip());
            ByteBuffer answer = ByteBuffer.allocate(64 * 1024);
            while (answer.hasRemaining() && channel.read(answer) >= 0) {
                // Until the router closes.
            }
        }
    }
}
