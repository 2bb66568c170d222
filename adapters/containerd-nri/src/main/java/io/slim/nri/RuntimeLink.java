package io.slim.nri;

import io.slim.nri.session.NriPlugin;
import io.slim.nri.session.NriSession;
import io.slim.nri.ttrpc.StatusException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the plug-in registered with a runtime that listens at a socket. A runtime that has been started anew has a new socket;
 * what it creates before the plug-in is back is without Slim, so the socket is tried often.
 */
final class RuntimeLink {

    /** What the runtime's log, and {@code required_plugins}, call the plug-in. */
    static final String NAME = "slim";

    private static final Logger LOG = LoggerFactory.getLogger(RuntimeLink.class);
    private static final long SHORTEST_PAUSE = 100;
    /** When the runtime is there, and does not want the plug-in. */
    private static final long LONGEST_PAUSE = 5_000;

    private final Path socket;
    private final int index;
    private final NriPlugin plugin;
    private long pause = SHORTEST_PAUSE;
    private boolean told;

    RuntimeLink(Path socket, int index, NriPlugin plugin) {
        this.socket = socket;
        this.index = index;
        this.plugin = plugin;
    }

    /** Connects, and again whenever the connection ends, for ever: until this thread is interrupted. */
    void serve() throws InterruptedException {
        while (true) {
            SocketChannel channel = connect();
            if (channel != null) {
                serve(channel);
            }
            TimeUnit.MILLISECONDS.sleep(pause);
        }
    }

    private @Nullable SocketChannel connect() {
        try {
            SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            told = false;
            return channel;
        } catch (IOException e) {
            if (!told) {
                LOG.warn(
                        "no runtime listens at {}: {} (expected: containerd or CRI-O with NRI enabled); trying on",
                        socket,
                        e.getMessage());
                told = true;
            }
            pause = SHORTEST_PAUSE;
            return null;
        }
    }

    private void serve(SocketChannel channel) throws InterruptedException {
        long start = System.nanoTime();
        try {
            NriSession.serve(channel, NAME, index, plugin);
            LOG.warn("the runtime has closed the connection; pods live on");
        } catch (IOException e) {
            LOG.warn("the connection with the runtime has failed: {}; pods live on", e.getMessage());
        } catch (StatusException e) {
            LOG.warn("the runtime does not take the plug-in: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("the connection with the runtime has failed", e);
        }
        boolean lasted = System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(LONGEST_PAUSE);
        pause = lasted ? SHORTEST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
    }
}
