package io.slim.router.capability;

import io.slim.router.loop.RouterLoop;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a scan run now and then, on a thread of its own: it takes milliseconds. One that fails teaches nothing; the next one runs all the same.
 * Only the event loop touches it.
 */
final class Lookout {

    private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);
    private static final long PERIOD_SECONDS = 5;

    /** A runtime's own process has all capabilities for a moment when it enters a container. */
    private static final long SECOND_LOOK_MILLIS = 500;

    /** Whoever wants it sooner than it would be gets it so often at most. */
    private static final long EARLY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Whoever makes a look last long (by threads that come and go) gets no more than this part of a processor. */
    private static final int REST_FACTOR = 10;

    private final RouterLoop loop;
    private final Scan scan;
    private final Supplier<Set<Long>> namespaces;
    private final Supplier<Set<Long>> believed;
    private final Consumer<Map<Long, String>> found;
    private @Nullable Runnable end;
    private @Nullable Thread looker;
    private long startedNanos;
    private long restNanos;
    private boolean failing;
    private boolean closed;

    /**
     * One that has not begun.
     *
     * @param namespaces what to look for
     * @param believed which of them need not be found twice
     * @param found gets what each scan has found, but for those that failed
     */
    Lookout(
            RouterLoop loop,
            Scan scan,
            Supplier<Set<Long>> namespaces,
            Supplier<Set<Long>> believed,
            Consumer<Map<Long, String>> found) {
        this.loop = loop;
        this.scan = scan;
        this.namespaces = namespaces;
        this.believed = believed;
        this.found = found;
    }

    void start() {
        startedNanos = System.nanoTime();
        end = loop.repeat(this::look, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    /** Does not wait for the next time, unless the last look began just now. */
    void lookEarly() {
        if (System.nanoTime() - startedNanos > EARLY_NANOS) {
            look();
        }
    }

    /** Looks now, unless it does already, or has to rest. */
    void look() {
        Set<Long> wanted = namespaces.get();
        long now = System.nanoTime();
        if (closed || (looker != null && looker.isAlive()) || wanted.isEmpty() || now - startedNanos < restNanos) {
            return;
        }
        startedNanos = now;
        Set<Long> before = Set.copyOf(believed.get());
        Thread thread = new Thread(() -> run(wanted, before), "slim-capabilities");
        thread.setDaemon(true);
        try {
            thread.start();
            looker = thread;
        } catch (OutOfMemoryError e) {
            // The host has no more threads; the next look must come all the same.
            failed(e);
        }
    }

    private void run(Set<Long> wanted, Set<Long> before) {
        Runnable news;
        try {
            Map<Long, String> seen = twice(wanted, before);
            news = () -> succeeded(seen);
        } catch (IOException | RuntimeException e) {
            news = () -> failed(e);
        } catch (InterruptedException e) {
            return; // It is closed.
        }
        loop.executeIfOpen(news);
    }

    private Map<Long, String> twice(Set<Long> wanted, Set<Long> before) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Map<Long, String> first = scan.run(wanted);
        long rest = REST_FACTOR * (System.nanoTime() - began);
        loop.executeIfOpen(() -> restNanos = rest);
        if (before.containsAll(first.keySet())) {
            return first;
        }
        Thread.sleep(SECOND_LOOK_MILLIS);
        Map<Long, String> second = scan.run(wanted);
        second.keySet().retainAll(first.keySet());
        return second;
    }

    private void succeeded(Map<Long, String> seen) {
        if (closed) {
            return;
        }
        if (failing) {
            LOG.info("the capabilities of processes can be looked at again");
            failing = false;
        }
        found.accept(seen);
    }

    private void failed(Throwable why) {
        if (!failing && !closed) {
            LOG.warn("the capabilities of processes cannot be looked at, what was found before holds on", why);
            failing = true;
        }
    }

    void close() {
        closed = true;
        if (end != null) {
            end.run();
        }
        if (looker != null) {
            looker.interrupt();
        }
    }
}
