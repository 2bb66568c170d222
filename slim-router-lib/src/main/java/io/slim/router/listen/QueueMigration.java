package io.slim.router.listen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the kernel keep connections that nobody has accepted yet when one of several listeners on a port is closed.
 *
 * <p>A server that hands its listener to a successor (Envoy's hot restart) loses nobody without Slim: both have the same
 * socket. The successor's shadow is another one on the same port, so who waits at the one that is closed has to move to the
 * other. The kernel does that only if it is told to: {@code net.ipv4.tcp_migrate_req}, Linux 5.14, see {@code
 * Documentation/networking/ip-sysctl.rst}. It is a property of the host's network namespace: it counts for all of its
 * listeners that share a port, and stays when the router has ended.
 */
final class QueueMigration {

    private static final Logger LOG = LoggerFactory.getLogger(QueueMigration.class);
    private static final Path SWITCH = Path.of("/proc/sys/net/ipv4/tcp_migrate_req");

    private QueueMigration() {}

    /** Switches it on for the network namespace of the calling thread. Without it Slim works as well, but for such moments. */
    static void enable() {
        try {
            if (Files.readString(SWITCH).strip().equals("0")) {
                Files.writeString(SWITCH, "1\n");
                LOG.info("net.ipv4.tcp_migrate_req is 1 from now on, so that listeners can be handed over under load");
            }
        } catch (IOException e) {
            LOG.info(
                    "net.ipv4.tcp_migrate_req cannot be set to 1 ({}): a connection that waits while its listener is handed"
                            + " to another process may be reset",
                    e.getMessage());
        }
    }
}
