package io.slim.standalone.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;

/** Whether the router of another host can be reached, and greets. */
final class PeerCheck implements Check {

    private static final int WAIT_MILLIS = 2000;

    private final InetAddress peer;
    private final int port;
    private final Optional<InetAddress> host;
    private final boolean plainText;

    /**
     * For a peer.
     *
     * @param host this host's address, from which routers must come; without it any will do
     * @param plainText whether it greets by itself; with TLS only the connection is tried
     */
    PeerCheck(InetAddress peer, int port, Optional<InetAddress> host, boolean plainText) {
        this.peer = peer;
        this.port = port;
        this.host = host;
        this.plainText = plainText;
    }

    @Override
    public List<Finding> run() {
        String name = "peer " + peer.getHostAddress();
        try (Socket socket = new Socket()) {
            if (host.isPresent()) {
                socket.bind(new InetSocketAddress(host.get(), 0));
            }
            socket.connect(new InetSocketAddress(peer, port), WAIT_MILLIS);
            if (!plainText) {
                return List.of(Finding.ok(name, "port " + port + " can be reached (TLS was not tried)"));
            }
            socket.setSoTimeout(WAIT_MILLIS);
            return List.of(
                    socket.getInputStream().read() >= 0
                            ? Finding.ok(name, "its router greets at port " + port)
                            : Finding.fail(
                                    name,
                                    "port " + port + " is closed without a greeting",
                                    "see the log of the router there; is TLS configured alike on both?"));
        } catch (IOException e) {
            return List.of(Finding.fail(
                    name,
                    "port " + port + ": " + e.getMessage(),
                    "is a router running there (slim status)? does a firewall between the hosts let TCP port " + port
                            + " and the listen ports through?"));
        }
    }
}
