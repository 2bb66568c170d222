package io.slim.resolver.common;

import io.slim.api.Endpoint;
import io.slim.api.Subscription;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.ResolverHealth;
import io.slim.api.resolver.VirtualEndpoint;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers from what a {@link Source} said last, however the source is doing.
 *
 * <p>Two threads of its own: one reads the source, again and again if that fails, the other sees to it that what has become
 * too old is not used any more. A source that is away, slow or answers nonsense costs nothing but news: the last good table
 * answers until it is too old, then every address is unknown and connections take the overlay. Thread-safe.
 */
public final class SourceResolver implements OverlayResolver {

    private static final Logger LOG = LoggerFactory.getLogger(SourceResolver.class);
    private static final long CLOSE_MILLIS = 2000;
    private static final long MOST_TICK_MILLIS = 1000;

    private final String name;
    private final Source source;
    private final SourceTimes times;
    private final Standing standing;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch firstNews = new CountDownLatch(1);
    private final BackOff backOff;
    private final Thread reader;
    private final Thread clock;
    private volatile OverlayTable table = OverlayTable.EMPTY;
    private volatile boolean closed;

    private SourceResolver(String name, Source source, SourceTimes times) {
        this.name = name;
        this.source = source;
        this.times = times;
        this.standing = new Standing(name, times, LOG);
        this.backOff = new BackOff(times.firstRetry(), times.mostRetry());
        this.reader = thread("slim-resolver-" + name, this::read);
        this.clock = thread("slim-resolver-" + name + "-clock", this::tick);
    }

    private static Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Starts to read a source, and waits a little for it.
     *
     * @param name the resolver's, for log and threads
     * @param source the resolver's from now on
     */
    public static SourceResolver start(String name, Source source, SourceTimes times) {
        SourceResolver resolver = new SourceResolver(name, source, times);
        resolver.reader.start();
        resolver.clock.start();
        try {
            boolean heard = resolver.firstNews.await(times.startPatience().toMillis(), TimeUnit.MILLISECONDS);
            if (!heard) {
                LOG.info("{}: the source has not answered yet; until it does, connections take the overlay", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return resolver;
    }

    @Override
    public Resolution resolve(InetAddress overlayAddress) {
        return standing.isTooOld() ? Nowhere.UNKNOWN : table.resolve(overlayAddress);
    }

    @Override
    public Optional<VirtualEndpoint> virtual(Endpoint destination) {
        return standing.isTooOld() ? Optional.empty() : table.virtual(destination);
    }

    @Override
    public Subscription onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public ResolverHealth health() {
        return standing.health(table);
    }

    private void read() {
        Source.Feed feed = new Heard();
        while (!closed) {
            try {
                source.follow(feed);
                failed(new IllegalStateException("the source has ended"));
            } catch (InterruptedException e) {
                // Closed; or somebody who must not has interrupted this thread, which changes nothing.
            } catch (Exception | LinkageError | OutOfMemoryError | StackOverflowError e) {
                failed(e);
            }
            pause();
        }
    }

    private void failed(Throwable why) {
        if (!closed) {
            standing.failed(why);
            firstNews.countDown();
        }
    }

    private void pause() {
        try {
            if (!closed) {
                Thread.sleep(backOff.next().toMillis());
            }
        } catch (InterruptedException e) {
            // As above.
        }
    }

    /** Tells when what is known has become too old: nobody else would. */
    private void tick() {
        long millis = Math.max(1, Math.min(MOST_TICK_MILLIS, times.staleAfter().toMillis() / 4));
        try {
            while (!closed) {
                Thread.sleep(millis);
                if (standing.hasJustExpired()) {
                    tell();
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void tell() {
        listeners.forEach(listener -> {
            try {
                listener.run();
            } catch (RuntimeException e) {
                LOG.error("{}: a listener failed when it was told of a change", name, e);
            }
        });
    }

    /** Called by the reader, or by threads of a client library that the source uses. */
    private final class Heard implements Source.Feed {

        @Override
        public void publish(OverlayTable next, String revision) {
            synchronized (this) {
                if (closed) {
                    return;
                }
                boolean changed = !next.equals(table);
                if (changed) {
                    table = next;
                }
                boolean again = standing.heard(revision, next);
                backOff.reset();
                if (changed || again) {
                    tell();
                }
            }
            firstNews.countDown();
        }

        @Override
        public void confirm() {
            synchronized (this) {
                if (standing.confirmed(table)) {
                    tell();
                }
                backOff.reset();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        source.close();
        reader.interrupt();
        clock.interrupt();
        try {
            reader.join(CLOSE_MILLIS);
            clock.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (reader.isAlive()) {
            LOG.warn("{}: the source is still being read while it is closed", name);
        }
    }
}
