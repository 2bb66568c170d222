package io.slim.router.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.slim.router.control.Wire.Announce;
import io.slim.router.control.Wire.GrantRequest;
import io.slim.router.control.Wire.Hello;
import io.slim.router.control.Wire.Message;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** A router's counterpart that says what a test wants it to say. */
final class RawPeer implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** Takes a connection over. */
    RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Dials in plain text. */
    static RawPeer dial(String from, String to, int port) throws IOException {
        return new RawPeer(connect(from, to, port));
    }

    /** Dials with TLS and makes the handshake. */
    static RawPeer dial(String from, String to, int port, SSLContext tls) throws IOException {
        Socket plain = connect(from, to, port);
        try {
            plain.setSoTimeout(PATIENCE_MILLIS);
            SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(plain, to, port, true);
            secured.startHandshake();
            return new RawPeer(secured);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private static Socket connect(String from, String to, int port) throws IOException {
        Socket plain = new Socket();
        plain.bind(new InetSocketAddress(from, 0));
        plain.connect(new InetSocketAddress(to, port));
        return plain;
    }

    Socket socket() {
        return socket;
    }

    void send(Message message) throws IOException {
        out.write(frame(message));
    }

    void sendBytes(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    static byte[] frame(Message message) {
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + message.getSerializedSize());
        return frame.putInt(message.getSerializedSize())
                .put(message.toByteArray())
                .array();
    }

    Message read() throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return Message.parseFrom(frame);
    }

    /** The next message that is no heartbeat. */
    Message readNews() throws IOException {
        Message message = read();
        while (message.hasHeartbeat()) {
            message = read();
        }
        return message;
    }

    Message ask(long request, Announce.Builder announce) throws IOException {
        send(Message.newBuilder().setRequest(request).setAnnounce(announce).build());
        return readNews();
    }

    /** Greets with this version's range, and waits for the other greeting. */
    RawPeer greet() throws IOException {
        send(hello(socket.getLocalAddress(), Version.LOWEST, Version.HIGHEST));
        assertThat(read().getBodyCase()).isEqualTo(Message.BodyCase.HELLO);
        return this;
    }

    /** The other end says nothing of interest any more, and closes. */
    void assertClosed() throws IOException {
        try {
            while (true) {
                assertThat(read().getBodyCase()).isIn(Message.BodyCase.HELLO, Message.BodyCase.HEARTBEAT);
            }
        } catch (EOFException | SocketException | SSLException closed) {
            assertThat(socket.isClosed()).as("closed by the test").isFalse();
        }
    }

    static Message hello(InetAddress host, int lowest, int highest) {
        return hello(host.getAddress(), lowest, highest);
    }

    static Message hello(byte[] host, int lowest, int highest) {
        return Message.newBuilder()
                .setHello(Hello.newBuilder()
                        .setLowestVersion(lowest)
                        .setHighestVersion(highest)
                        .setInstance(1)
                        .setHost(ByteString.copyFrom(host)))
                .build();
    }

    /** A client with that address comes from port 40000 to 10.32.0.2:80. */
    static Announce.Builder announce(int... client) {
        byte[] address = new byte[client.length];
        for (int i = 0; i < client.length; i++) {
            address[i] = (byte) client[i];
        }
        return Announce.newBuilder()
                .setClient(ByteString.copyFrom(address))
                .setClientPort(40000)
                .setDestination(ByteString.copyFrom(new byte[] {10, 32, 0, 2}))
                .setDestinationPort(80);
    }

    /** A container with that address wants to connect to 10.32.0.2:80. */
    static GrantRequest.Builder grant(int... client) {
        Announce.Builder same = announce(client);
        return GrantRequest.newBuilder()
                .setClient(same.getClient())
                .setDestination(same.getDestination())
                .setDestinationPort(same.getDestinationPort());
    }

    /** Ends the connection with a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
