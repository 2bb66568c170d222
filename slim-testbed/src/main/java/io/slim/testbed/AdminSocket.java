package io.slim.testbed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Has a router do what an operator's commands have it do, without a JVM for each. */
final class AdminSocket {
    private final Path path;

    AdminSocket(Path path) {
        this.path = path;
    }

    /** As {@code slim register}. */
    void register(Container container) {
        String namespace = container.networkNamespace().toString();
        post("/register?id=" + container.name() + "&netns=" + encoded(namespace) + "&address="
                + encoded(container.address()) + "&address=" + encoded(container.address6()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /**
     * Has something done.
     *
     * @return what the router answers
     * @throws TestBedException if it does not do it
     */
    String post(String target) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.write(StandardCharsets.US_ASCII.encode("POST " + target + " HTTP/1.1\r\n\r\n"));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer chunk = ByteBuffer.allocate(4096);
            while (channel.read(chunk) >= 0) {
                answer.write(chunk.array(), 0, chunk.position());
                chunk.clear();
            }
            String text = answer.toString(StandardCharsets.UTF_8);
            if (!text.startsWith("HTTP/1.1 200 ")) {
                throw new TestBedException("router at " + path + ", " + target + ": " + text.strip());
            }
            return text.substring(text.indexOf("\r\n\r\n") + 4);
        } catch (IOException e) {
            throw new TestBedException("router at " + path + ", " + target + ": no answer", e);
        }
    }
}
