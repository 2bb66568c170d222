package io.slim.standalone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells systemd, or another service manager that has set NOTIFY_SOCKET, how far this process is (sd_notify(3)). */
final class ServiceManager {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

    private final String socket;

    ServiceManager(Map<String, String> environment) {
        socket = environment.getOrDefault("NOTIFY_SOCKET", "");
    }

    /** It serves. */
    void ready() {
        tell("READY=1");
    }

    /** It has been told to stop. */
    void stopping() {
        tell("STOPPING=1");
    }

    private void tell(String state) {
        if (socket.isEmpty()) {
            return;
        }
        // A name that begins with @ is in the abstract name space.
        String name = socket.startsWith("@") ? "\0" + socket.substring(1) : socket;
        try (UnixDatagramChannel channel = UnixDatagramChannel.open()) {
            channel.send(ByteBuffer.wrap(state.getBytes(StandardCharsets.UTF_8)), new UnixSocketAddress(name));
        } catch (IOException e) {
            LOG.warn("the service manager cannot be told {} at NOTIFY_SOCKET={}: {}", state, socket, e.getMessage());
        }
    }
}
