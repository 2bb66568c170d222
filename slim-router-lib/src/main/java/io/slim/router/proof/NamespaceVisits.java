package io.slim.router.proof;

import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.slim.api.Endpoint;
import io.slim.router.container.Container;
import io.slim.router.loop.RouterLoop;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.NetworkNamespaces;
import io.slim.router.sys.Redirects;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens sockets inside the network namespaces of containers, without keeping the event loop waiting: one thread does nothing
 * else. It goes home after each visit, so that it keeps no namespace in being. What waits for it is bounded.
 */
public final class NamespaceVisits {

    private static final Logger LOG = LoggerFactory.getLogger(NamespaceVisits.class);
    private static final int MOST_WAITING = 256;

    private final RouterLoop loop;
    private final ThreadPoolExecutor visitor = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            new DefaultThreadFactory("slim-proof", true));

    /** The namespace that the thread comes from; only the thread touches it, while it lives. */
    private @Nullable FileDescriptor home;

    @Inject
    NamespaceVisits(RouterLoop loop) {
        this.loop = loop;
    }

    /**
     * Opens something inside a container's namespace. Called by the event loop, which also gets the result.
     *
     * @param opener is called by the visiting thread; must not wait
     * @param opened owns what was opened
     * @param failed gets the reason
     */
    <T extends AutoCloseable> void open(
            Container container, Callable<T> opener, Consumer<T> opened, Consumer<Exception> failed) {
        FileDescriptor namespace;
        try {
            namespace = container.openNamespace();
        } catch (IOException e) {
            failed.accept(e);
            return;
        }
        try {
            visitor.execute(() -> visit(namespace, opener, opened, failed));
        } catch (RejectedExecutionException e) {
            Descriptors.close(namespace);
            failed.accept(new IOException("too many others wait", e));
        }
    }

    private <T extends AutoCloseable> void visit(
            FileDescriptor namespace, Callable<T> opener, Consumer<T> opened, Consumer<Exception> failed) {
        try {
            T result = inside(namespace, opener);
            deliver(result, opened);
        } catch (Exception e) {
            LOG.debug("visit of {}", namespace, e);
            tell(failed, e);
        } finally {
            Descriptors.close(namespace);
        }
    }

    private <T> T inside(FileDescriptor namespace, Callable<T> opener) throws Exception {
        if (home == null) {
            home = NetworkNamespaces.openOwn();
        }
        NetworkNamespaces.enter(namespace);
        try {
            return opener.call();
        } finally {
            NetworkNamespaces.enter(home);
        }
    }

    private <T extends AutoCloseable> void deliver(T result, Consumer<T> opened) throws Exception {
        try {
            loop.execute(() -> opened.accept(result));
        } catch (RejectedExecutionException e) {
            result.close();
        }
    }

    private void tell(Consumer<Exception> failed, Exception why) {
        try {
            loop.execute(() -> failed.accept(why));
        } catch (RejectedExecutionException e) {
            LOG.debug("the router is closed; a visit has failed", why);
        }
    }

    /** Has everything loaded that the first visit needs: a connection will wait for that one. */
    void rehearse() {
        visitor.execute(() -> {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try {
                LOG.debug("rules here that redirect: {}", Redirects.find());
                ProbeSocket.open(loopback, new Endpoint(loopback, 1)).close();
            } catch (IOException e) {
                LOG.debug("rehearsal", e);
            }
        });
    }

    /** Ends the thread and waits for that. The event loop must still run. */
    public void close() {
        visitor.shutdown();
        try {
            if (!visitor.awaitTermination(2, TimeUnit.SECONDS)) {
                LOG.warn("still visiting a container while closing");
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (home != null) {
            Descriptors.close(home);
        }
    }
}
