package io.slim.router.proof;

import io.slim.api.Endpoint;
import io.slim.router.loop.RouterLoop;
import io.slim.router.loop.Watch;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.HostSockets;
import io.slim.router.sys.HostSockets.Bound;
import io.slim.router.sys.RawTcpSocket;
import io.slim.router.sys.SegmentFilter;
import io.slim.router.sys.SystemCallException;
import io.slim.router.sys.TcpSegment;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Sends a bare SYN from inside a client container's namespace and sees what comes back. The port it comes from is that of a
 * TCP socket that is bound and nothing else: nobody else gets the port, and the kernel itself answers the server's SYN-ACK
 * with a reset, which ends the matter there before the application could accept anything.
 */
final class ProbeSocket implements AutoCloseable {

    private final InetAddress client;
    private final Endpoint destination;
    private final Bound reserved;
    private final RawTcpSocket raw;
    private @Nullable Watch watch;

    private ProbeSocket(InetAddress client, Endpoint destination, Bound reserved, RawTcpSocket raw) {
        this.client = client;
        this.destination = destination;
        this.reserved = reserved;
        this.raw = raw;
    }

    /** Opens it in the namespace of the calling thread. */
    static ProbeSocket open(InetAddress client, Endpoint destination) throws SystemCallException {
        int family = client.getAddress().length == 4 ? 4 : 6;
        Bound reserved = new HostSockets().forConnect(family, client);
        try {
            RawTcpSocket raw = RawTcpSocket.open(
                    client, destination.address(), SegmentFilter.between(destination.port(), reserved.port()));
            return new ProbeSocket(client, destination, reserved, raw);
        } catch (SystemCallException e) {
            Descriptors.close(reserved.descriptor());
            throw e;
        }
    }

    /** Asks to be called when {@link #receive} has something. */
    void watch(RouterLoop loop, Runnable onReadable) {
        watch = loop.watch(raw.descriptor(), onReadable);
    }

    /** Sends the SYN, once more or for the first time. */
    void send(int sequence) throws SystemCallException {
        raw.send(TcpSegment.syn(client, reserved.port(), destination.address(), destination.port(), sequence));
    }

    /** What has come back; null if there is nothing more. */
    @Nullable
    TcpSegment receive() throws SystemCallException {
        return raw.receive();
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        raw.close();
        Descriptors.close(reserved.descriptor());
    }
}
