package io.slim.standalone.status;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;

/** Asks a router at its admin socket. */
final class AdminClient {

    private static final int WAIT_MILLIS = 5000;
    private static final String END_OF_HEADERS = "\r\n\r\n";

    private AdminClient() {}

    /** The router is there, and does not do it. */
    static final class RefusedException extends IOException {

        private static final long serialVersionUID = 1L;

        private RefusedException(String message) {
            super(message);
        }
    }

    /**
     * The page at a path such as {@code /status}.
     *
     * @throws IOException with what to say to people, if there is no answer, or a bad one
     */
    static String get(Path socket, String path) throws IOException {
        return ask(socket, "GET", path);
    }

    /**
     * Has something done, by a path with parameters such as {@code /unregister?id=web}.
     *
     * @throws IOException the same, also if it was not done
     */
    static String post(Path socket, String path) throws IOException {
        return ask(socket, "POST", path);
    }

    private static String ask(Path socket, String method, String path) throws IOException {
        if (!Files.exists(socket)) {
            throw new IOException("no such socket");
        }
        byte[] answer;
        try (UnixSocketChannel channel = UnixSocketChannel.open(new UnixSocketAddress(socket.toFile()))) {
            channel.setOption(UnixSocketOptions.SO_RCVTIMEO, WAIT_MILLIS);
            ByteBuffer request =
                    StandardCharsets.US_ASCII.encode(method + " " + path + " HTTP/1.1\r\nHost: slim\r\n\r\n");
            while (request.hasRemaining()) {
                channel.write(request);
            }
            answer = Channels.newInputStream(channel).readAllBytes();
        }
        return body(new String(answer, StandardCharsets.UTF_8));
    }

    private static String body(String answer) throws IOException {
        int end = answer.indexOf(END_OF_HEADERS);
        if (end < 0) {
            throw new IOException("it closed the connection without an answer");
        }
        String firstLine = answer.lines().findFirst().orElse("");
        if (firstLine.contains(" 409 ")) {
            throw new RefusedException(answer.substring(end).strip());
        }
        if (!firstLine.contains(" 200 ")) {
            throw new IOException(firstLine + ": " + answer.substring(end).strip());
        }
        return answer.substring(end + END_OF_HEADERS.length());
    }
}
