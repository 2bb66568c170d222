package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.loop.RouterLoop;
import io.slim.router.sys.SockDiag;
import io.slim.router.sys.SockDiag.Stored;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections (SOCK_DESTROY) by what their entries say. Walking all sockets of a busy host takes longer than the event loop may be kept: a thread does it,
 * one walk after the other, and ends after a while without any.
 */
final class ConnectionEnder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionEnder.class);
    private static final int MOST_WAITING = 1024;
    private static final int KEEP_SECONDS = 10;

    private final FileDescriptor entries;
    private final InetAddress host;
    private final RouterLoop loop;
    private final ExecutorService walker;

    ConnectionEnder(FileDescriptor entries, InetAddress host, RouterLoop loop) {
        this.entries = entries;
        this.host = host;
        this.loop = loop;
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1, 1, KEEP_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), work -> {
                    Thread thread = new Thread(work, "slim-connection-ender");
                    thread.setDaemon(true);
                    return thread;
                });
        one.allowCoreThreadTimeOut(true);
        this.walker = one;
    }

    /** Those of grants that a host has given. */
    void ofGrants(InetAddress issuer, Set<Integer> grants, IntConsumer done) {
        end(SockDiag.LIVE, hasOne(issuer, grants), done);
    }

    void connecting(InetAddress issuer, Set<Integer> grants, IntConsumer done) {
        end(SockDiag.CONNECTING, hasOne(issuer, grants), done);
    }

    void ofContainer(int container, IntConsumer done) {
        end(
                SockDiag.LIVE,
                (entry, remote) -> isConnection(entry) && entry.getInt(Layout.ENTRY_CONTAINER) == container,
                done);
    }

    private Stored hasOne(InetAddress issuer, Set<Integer> grants) {
        return (entry, remote) -> isConnection(entry)
                && grants.contains(entry.getInt(Layout.ENTRY_GRANT))
                && issuer.equals(isUsed(entry) ? remote : host);
    }

    private static boolean isConnection(ByteBuffer entry) {
        if (entry.remaining() < Layout.ENTRY) {
            return false;
        }
        int kind = entry.get(Layout.ENTRY_KIND);
        return kind == Layout.CHILD || kind == Layout.DEAD || (kind == Layout.CLIENT && isUsed(entry));
    }

    /** A client's, then. */
    private static boolean isUsed(ByteBuffer entry) {
        return (entry.get(Layout.ENTRY_FLAGS) & Layout.USED) != 0;
    }

    private void end(int states, Stored condition, IntConsumer done) {
        try {
            walker.execute(() -> {
                int count = walk(states, condition);
                loop.executeIfOpen(() -> done.accept(count));
            });
        } catch (RejectedExecutionException e) {
            LOG.warn("{} walks through the sockets wait already: connections that should end stay", MOST_WAITING);
            done.accept(-1);
        }
    }

    private int walk(int states, Stored condition) {
        try (SockDiag host = SockDiag.here()) {
            return host.end(entries, states, condition);
        } catch (IOException e) {
            LOG.warn("connections cannot be ended: {}", e.getMessage());
            return -1;
        }
    }

    /** Waits for the walk that is under way. */
    @Override
    public void close() {
        walker.shutdown();
        try {
            if (!walker.awaitTermination(2, TimeUnit.SECONDS)) {
                walker.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
