package io.slim.router.resolver;

import io.slim.api.ConfigurationException;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers from a file, and reads it again when it has changed. A file that has become bad, or is gone, changes nothing: the
 * last good one stays in force, and what is wrong is logged once.
 *
 * <p>Whether it has changed is seen from time, size and inode, twice a second: that works for files that are replaced,
 * linked or mounted, which inotify does not see alike.
 */
final class StaticResolver implements OverlayResolver {

    private static final Logger LOG = LoggerFactory.getLogger(StaticResolver.class);
    private static final long POLL_MILLIS = 500;

    private final Path file;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService poller;
    private final ScheduledFuture<?> polling;
    private volatile PrefixTable<InetAddress> table;
    private @Nullable Stamp stamp;

    private record Stamp(Object time, long size, @Nullable Object inode) {}

    /**
     * Reads the file.
     *
     * @throws ConfigurationException if it is bad
     */
    StaticResolver(Path file) {
        this.file = file;
        this.stamp = stamp();
        this.table = HostsFile.read(file);
        LOG.info("{}: {} prefixes", file, table.size());
        poller = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "slim-static-resolver");
            thread.setDaemon(true);
            return thread;
        });
        polling = poller.scheduleWithFixedDelay(this::poll, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public Resolution resolve(InetAddress overlayAddress) {
        InetAddress host = table.find(overlayAddress);
        return host == null ? Resolution.Nowhere.UNKNOWN : Resolution.on(host);
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
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
            return;
        }
        stamp = now;
        try {
            table = HostsFile.read(file);
        } catch (ConfigurationException e) {
            LOG.error("{} is bad, what it said before stays in force:\n{}", file, e.getMessage());
            return;
        } catch (RuntimeException e) {
            LOG.error("{} cannot be used, what it said before stays in force", file, e);
            return;
        }
        LOG.info("{} has changed: {} prefixes", file, table.size());
        listeners.forEach(Runnable::run);
    }

    @Override
    public void close() {
        polling.cancel(false);
        poller.shutdown();
        try {
            if (!poller.awaitTermination(1, TimeUnit.SECONDS)) {
                LOG.warn("{}: still being read while the resolver closes", file);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
