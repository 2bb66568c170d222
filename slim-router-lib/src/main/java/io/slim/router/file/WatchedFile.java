package io.slim.router.file;

import io.slim.api.ConfigurationException;
import io.slim.api.Subscription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a file says, read again when it has changed. A file that has become bad, or is gone, changes nothing: what the last
 * good one said stays in force, and what is wrong is logged once.
 *
 * <p>Whether it has changed is seen from time, size and inode, once a second: that works for files that are replaced,
 * linked or mounted, which inotify does not see alike. Thread-safe.
 *
 * @param <T> what the file says; immutable
 */
public final class WatchedFile<T> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);
    private static final long POLL_MILLIS = 1000;

    private final Path file;
    private final Function<Path, T> reader;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService poller;
    private final ScheduledFuture<?> polling;
    private volatile T content;
    private volatile Optional<String> problem = Optional.empty();
    private volatile Optional<String> lastProblem = Optional.empty();
    private volatile Instant confirmed = Instant.now();
    private @Nullable Stamp stamp;

    private record Stamp(Object time, long size, @Nullable Object inode) {}

    /**
     * Reads the file.
     *
     * @param reader throws a {@link ConfigurationException} if the file is bad; its result's text is for the log
     * @throws ConfigurationException if the file is bad
     */
    public WatchedFile(Path file, Function<Path, T> reader) {
        this.file = file;
        this.reader = reader;
        this.stamp = stamp();
        this.content = reader.apply(file);
        LOG.info("{}: {}", file, content);
        poller = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "slim-file " + file.getFileName());
            thread.setDaemon(true);
            return thread;
        });
        polling = poller.scheduleWithFixedDelay(this::poll, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What the last good file says. */
    public T content() {
        return content;
    }

    /** What is wrong with the file as it is now; empty if nothing is. */
    public Optional<String> problem() {
        return problem;
    }

    /** The last thing that was wrong with it, be it over or not; empty if nothing ever was. */
    public Optional<String> lastProblem() {
        return lastProblem;
    }

    /** When the file was last seen to say what {@link #content} says. */
    public Instant confirmed() {
        return confirmed;
    }

    /** Asks to be told after {@link #content} was replaced. */
    public Subscription onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private @Nullable Stamp stamp() {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
        } catch (IOException e) {
            return null;
        }
    }

    private void poll() {
        Stamp now = stamp();
        if (Objects.equals(now, stamp)) {
            if (problem.isEmpty()) {
                confirmed = Instant.now();
            }
            return;
        }
        stamp = now;
        try {
            content = reader.apply(file);
        } catch (ConfigurationException e) {
            LOG.error("{} is bad, what it said before stays in force:\n{}", file, e.getMessage());
            bad(e.problems().get(0).toString());
            return;
        } catch (RuntimeException e) {
            LOG.error("{} cannot be used, what it said before stays in force", file, e);
            bad(e.toString());
            return;
        }
        problem = Optional.empty();
        confirmed = Instant.now();
        LOG.info("{} has changed: {}", file, content);
        listeners.forEach(this::tell);
    }

    private void bad(String why) {
        problem = Optional.of(file + " is bad, what it said before stays in force: " + why);
        lastProblem = problem;
    }

    /** A listener that fails must not end the polling. */
    private void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.error("{} has changed, and a listener failed", file, e);
        }
    }

    /** Ends the thread. The content stays as it is. */
    @Override
    public void close() {
        polling.cancel(false);
        poller.shutdown();
        try {
            if (!poller.awaitTermination(1, TimeUnit.SECONDS)) {
                LOG.warn("{}: still being read while it is closed", file);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
