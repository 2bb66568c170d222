package io.slim.envoy;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.NetworkNamespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Envoy's admin interface (https://www.envoyproxy.io/docs/envoy/latest/operations/admin), where Envoy is. One request, one connection. */
final class EnvoyAdmin {

    private static final int TIMEOUT_MILLIS = 2000;
    private static final int LONGEST_ANSWER = 65536;

    private final Path addressFile;
    private final boolean isFileOurs;
    private final @Nullable Path networkNamespace;

    EnvoyAdmin(Path addressFile, boolean isFileOurs, @Nullable Path networkNamespace) {
        this.addressFile = addressFile;
        this.isFileOurs = isFileOurs;
        this.networkNamespace = networkNamespace;
    }

    /** How many connections of clients there are, by the gauges of listeners, which are never late; those to the admin interface do not count. */
    long connections() throws IOException {
        return ask("GET", "/stats?filter=^listener.*downstream_cx_active$")
                .lines()
                .filter(line -> line.startsWith("listener.") && !line.startsWith("listener.admin."))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    void post(String target) throws IOException {
        String answer = ask("POST", target);
        if (!answer.startsWith("HTTP/1.1 200")) {
            throw new IOException(target + ": " + answer.lines().findFirst().orElse("no answer"));
        }
    }

    private String ask(String method, String target) throws IOException {
        String[] address = address();
        if (networkNamespace == null) {
            return exchange(address, method, target);
        }
        FileDescriptor namespace = Descriptors.openReadOnly(networkNamespace);
        try {
            return NetworkNamespaces.inside(namespace, () -> exchange(address, method, target));
        } finally {
            Descriptors.close(namespace);
        }
    }

    /** Host and port. */
    private String[] address() throws IOException {
        String written = Files.readString(addressFile).strip();
        int colon = written.lastIndexOf(':');
        if (colon < 0) {
            throw new IOException(
                    "Envoy has no admin interface on a TCP port" + (written.isEmpty() ? "" : ", but " + written)
                            + " (expected: admin.address.socket_address in its configuration)");
        }
        return new String[] {written.substring(0, colon).replaceAll("[\\[\\]]", ""), written.substring(colon + 1)};
    }

    private static String exchange(String[] address, String method, String target) throws IOException {
        InetAddress host = InetAddress.getByName(address[0]);
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            InetAddress to = host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host;
            socket.connect(new InetSocketAddress(to, Integer.parseInt(address[1])), TIMEOUT_MILLIS);
            String request = method + " " + target
                    + " HTTP/1.1\r\nHost: envoy\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
        }
    }

    /** Envoy has ended. */
    void forget() {
        try {
            if (isFileOurs) {
                Files.deleteIfExists(addressFile);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
