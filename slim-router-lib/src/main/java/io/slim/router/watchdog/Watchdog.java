package io.slim.router.watchdog;

import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.slim.api.RouterConfig;
import io.slim.router.listen.ListenService;
import io.slim.router.listen.Shadow;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.RareLog;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.SockDiag;
import io.slim.router.sys.SockDiag.Listening;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the accept queues of all shadows, once a second, and four times while something waits in one, and reports those
 * that are stalled. An application that waits for its listener in a way that the shim does not see (io_uring, plain system
 * calls) would otherwise leave clients hanging. Ten times as long after that, who still waits in the queue of a stalled
 * shadow is told by a reset: nobody else is sent there any more, and the application has had its chance. It also sees when
 * the shadow of a listener that an earlier router has made is gone: no lease tells that.
 *
 * <p>Works only while there are shadows. Reading is done by a thread of its own; the usual round is one netlink dump of the
 * host's listening sockets. Only for a shadow at which connections wait are these, and the queue in the container, read.
 */
public final class Watchdog {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final long QUIET_MILLIS = 1000;
    private static final long BUSY_MILLIS = 250;
    /** A stalled application may just be slow: it has so many times as long until its connections are reset. */
    private static final int PATIENCE = 10;

    private final RouterLoop loop;
    private final ListenService listeners;
    private final StallDetector detector;
    private final StallDetector hopeless;
    private final RareLog rareLog = new RareLog(LOG);
    /** Only the event loop touches it. */
    private boolean running;

    /** Only the reader's thread touches it. */
    private @Nullable SockDiag host;

    private final ExecutorService reader =
            Executors.newSingleThreadExecutor(new DefaultThreadFactory("slim-watchdog", true));

    @Inject
    Watchdog(RouterConfig config, RouterLoop loop, ListenService listeners) {
        this.loop = loop;
        this.listeners = listeners;
        this.detector = new StallDetector(config.times().shadowStall().toNanos());
        this.hopeless =
                new StallDetector(PATIENCE * config.times().shadowStall().toNanos());
    }

    /** Waits for the first shadow. What it needs for looking it has from the beginning: a router that has no descriptor left must see, too. */
    public void start() {
        reader.execute(() -> {
            try {
                SockDiag unused = openHost();
            } catch (IOException e) {
                rareLog.warn("read", "accept queues cannot be read: {}", e.getMessage());
            }
        });
        listeners.onFirstShadow(() -> {
            if (!running) {
                running = true;
                nextRound(QUIET_MILLIS);
            }
        });
    }

    private void nextRound(long delayMillis) {
        loop.scheduleWithRepetitions(
                () -> {
                    running = !listeners.isEmpty() && !reader.isShutdown();
                    if (running) {
                        List<Shadow> shadows = listeners.shadows();
                        reader.execute(() -> round(shadows));
                    }
                },
                delayMillis,
                TimeUnit.MILLISECONDS);
    }

    private void round(List<Shadow> shadows) {
        boolean quiet = true;
        Set<Long> ids = shadows.stream().map(Shadow::listenerId).collect(Collectors.toSet());
        detector.retain(ids);
        hopeless.retain(ids);
        try {
            SockDiag host = openHost();
            Map<Long, Integer> waiting = new HashMap<>();
            for (Listening socket : host.listening()) {
                waiting.put(socket.cookie(), socket.waiting());
            }
            for (Shadow shadow : shadows) {
                Integer length = waiting.get(shadow.cookie());
                if (length == null && !shadow.leased()) {
                    loop.execute(() -> listeners.vanished(shadow.listenerId()));
                }
                quiet &= shadow.leased() && (length == null || length == 0);
                look(shadow, length == null ? 0 : length, host);
            }
        } catch (IOException e) {
            closeHost();
            rareLog.warn("read", "accept queues cannot be read: {}", e.getMessage());
        }
        long delayMillis = quiet ? QUIET_MILLIS : BUSY_MILLIS;
        loop.execute(() -> nextRound(delayMillis));
    }

    private SockDiag openHost() throws IOException {
        if (host == null) {
            host = SockDiag.here();
        }
        return host;
    }

    /** After an error, answers to an old question may still come. */
    private void closeHost() {
        if (host != null) {
            host.close();
            host = null;
        }
    }

    private void look(Shadow shadow, int length, SockDiag host) throws IOException {
        StallDetector responsible = shadow.stalled() ? hopeless : detector;
        if (length == 0) {
            responsible.empty(shadow.listenerId());
            return;
        }
        boolean stalled = responsible.waiting(
                shadow.listenerId(),
                System.nanoTime(),
                () -> new AcceptQueue(length, host.unaccepted(shadow.port()), shadow.alone()),
                () -> original(shadow));
        if (stalled && !shadow.stalled()) {
            loop.execute(() -> listeners.stalled(shadow.listenerId()));
        } else if (stalled) {
            reset(shadow, host);
        }
    }

    private void reset(Shadow shadow, SockDiag host) throws IOException {
        int count = host.resetUnaccepted(shadow.port());
        if (count > 0) {
            LOG.warn(
                    "listener {}: {} connections that its application does not take from port {} are reset",
                    shadow.listenerId(),
                    count,
                    shadow.port());
        }
    }

    /** The queue of the application's own socket; empty if it cannot be read, or is gone. */
    private AcceptQueue original(Shadow shadow) {
        try {
            FileDescriptor namespace = loop.call(() -> listeners.openNamespace(shadow.listenerId()));
            try (SockDiag container = SockDiag.inside(namespace)) {
                for (Listening socket : container.listening()) {
                    if (socket.cookie() == shadow.originalCookie()) {
                        return new AcceptQueue(
                                socket.waiting(), container.unaccepted(shadow.originalPort()), shadow.alone());
                    }
                }
            } finally {
                Descriptors.close(namespace);
            }
        } catch (Exception e) {
            LOG.debug("the queue of the application's own socket cannot be read: {}", shadow, e);
        }
        return AcceptQueue.EMPTY;
    }

    /** Ends the thread and waits for that. */
    public void close() {
        reader.execute(this::closeHost);
        reader.shutdown();
        try {
            if (!reader.awaitTermination(2, TimeUnit.SECONDS)) {
                LOG.warn("still reading accept queues while closing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
