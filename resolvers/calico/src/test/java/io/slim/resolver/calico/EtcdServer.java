package io.slim.resolver.calico;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.CompactOption;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real etcd, which keeps its port and its data when it is stopped and started again. */
final class EtcdServer implements AutoCloseable {

    private static final long SOON_SECONDS = 10;

    /** Below those that the kernel gives to whoever asks for any: until etcd has bound it, nobody else may get it. */
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(20_000 + (int) (ProcessHandle.current().pid() % 250) * 40);

    private final Path data;
    private final int port;
    private final int peerPort;
    private final List<String> options;
    private Process process;
    private Client client;

    EtcdServer(Path data, String... options) throws IOException {
        this.data = data;
        this.port = freePort();
        this.peerPort = freePort();
        this.options = List.of(options);
        start();
    }

    private static int freePort() throws IOException {
        while (true) {
            int port = NEXT_PORT.getAndIncrement();
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Somebody has it.
            }
        }
    }

    void start() throws IOException {
        String peers = "http://127.0.0.1:" + peerPort;
        List<String> command = new ArrayList<>(List.of(
                "etcd",
                "--name=test",
                "--data-dir=" + data,
                "--listen-client-urls=" + url(),
                "--advertise-client-urls=" + url(),
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=test=" + peers,
                "--unsafe-no-fsync"));
        command.addAll(options);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(data.resolveSibling(data.getFileName() + ".log").toFile())
                .start();
    }

    /** As a crash does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    String url() {
        return (options.stream().anyMatch(option -> option.startsWith("--cert-file")) ? "https" : "http")
                + "://127.0.0.1:" + port;
    }

    /** A client for an etcd without TLS. */
    Client client() {
        if (client == null) {
            client = Client.builder().endpoints(url()).build();
        }
        return client;
    }

    static <T> T get(CompletableFuture<T> asked) throws Exception {
        return asked.get(SOON_SECONDS, TimeUnit.SECONDS);
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    long put(String key, String value) throws Exception {
        return get(client().getKVClient().put(bytes(key), bytes(value)))
                .getHeader()
                .getRevision();
    }

    void delete(String key) throws Exception {
        get(client().getKVClient().delete(bytes(key)));
    }

    void compact(long revision) throws Exception {
        get(client().getKVClient()
                .compact(
                        revision,
                        CompactOption.builder().withCompactPhysical(true).build()));
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        kill();
    }
}
