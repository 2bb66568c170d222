package io.slim.resolver.kernel;

import io.slim.resolver.common.OverlayTable;
import io.slim.resolver.common.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tables whenever the kernel says that something has changed, and every few seconds in case it did not.
 *
 * <p>After each reading there is a pause of twice its length, at least 20 ms: on a host where something changes all the time
 * a third of a processor goes into this at most.
 */
final class KernelSource implements Source {

    private static final long LEAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long MOST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** News is not guaranteed, and of IPsec policies and of namespaces there is none. */
    private static final int ANYHOW_MILLIS = 2000;

    private static final int POLLIN = 1;
    private static final int POLLFD = 8;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80000 | 0x800;

    private final KernelOptions options;
    /** Readable once this is closed; there while somebody follows. */
    private int wake = -1;

    private boolean closed;

    KernelSource(KernelOptions options) {
        this.options = options;
    }

    @Override
    public void follow(Feed feed) throws Exception {
        Map<Path, Namespace> open = new HashMap<>();
        openWake();
        try (@Nullable Netlink ipsec = options.bypassEncrypted() ? null : IpsecPolicies.open()) {
            while (!isClosed()) {
                refresh(open);
                long start = System.nanoTime();
                Map<Namespace, Relevance> relevance = publish(open, ipsec, feed);
                long pause = Math.min(MOST_PAUSE_NANOS, Math.max(LEAST_PAUSE_NANOS, 2 * (System.nanoTime() - start)));
                TimeUnit.NANOSECONDS.sleep(pause);
                awaitChange(open, relevance);
            }
        } finally {
            open.values().forEach(Namespace::close);
            closeWake();
        }
    }

    private synchronized void openWake() throws IOException {
        wake = Libc.INSTANCE.eventfd(closed ? 1 : 0, EFD_CLOEXEC_NONBLOCK);
        if (wake < 0) {
            throw Libc.failure("eventfd");
        }
    }

    private synchronized void closeWake() {
        Libc.INSTANCE.close(wake);
        wake = -1;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private Map<Namespace, Relevance> publish(Map<Path, Namespace> open, @Nullable Netlink ipsec, Feed feed)
            throws IOException {
        OverlayTable.Builder table = OverlayTable.builder();
        Map<Namespace, Relevance> relevance = new HashMap<>();
        for (Namespace namespace : open.values()) {
            KernelTables tables = namespace.read();
            Derivation.add(tables, options, table);
            relevance.put(namespace, new Relevance(tables));
        }
        if (ipsec != null) {
            IpsecPolicies.read(ipsec).forEach(table::encryptedHosts);
        }
        feed.publish(table.build(), "");
        return relevance;
    }

    private void refresh(Map<Path, Namespace> open) throws IOException {
        Set<Path> wanted = wanted();
        for (Path file : new HashSet<>(open.keySet())) {
            if (!wanted.contains(file) || !open.get(file).isCurrent()) {
                open.remove(file).close();
            }
        }
        for (Path file : wanted) {
            if (!open.containsKey(file)) {
                open.put(file, options.namespaces().isEmpty() ? Namespace.own() : Namespace.of(file));
            }
        }
    }

    /** Of a pattern there may be none, or one that is just going; a name must be there. */
    private Set<Path> wanted() throws IOException {
        Set<Path> files = new HashSet<>();
        if (options.namespaces().isEmpty()) {
            files.add(Path.of("/proc/self/ns/net"));
        }
        for (String name : options.namespaces()) {
            int slash = name.lastIndexOf('/');
            if (name.indexOf('*') < 0) {
                files.add(Path.of(name));
            } else if (Files.isDirectory(Path.of(name.substring(0, slash)))) {
                try (DirectoryStream<Path> matching =
                        Files.newDirectoryStream(Path.of(name.substring(0, slash)), name.substring(slash + 1))) {
                    matching.forEach(files::add);
                }
            }
        }
        return files;
    }

    private void awaitChange(Map<Path, Namespace> open, Map<Namespace, Relevance> relevance) throws IOException {
        List<Namespace> watched = new ArrayList<>(open.values());
        ByteBuffer descriptors = Netlink.direct(POLLFD * (watched.size() + 1));
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ANYHOW_MILLIS);
        while (!isClosed()) {
            for (int i = 0; i <= watched.size(); i++) {
                int fd = i == watched.size() ? wake : watched.get(i).descriptor();
                descriptors.putInt(POLLFD * i, fd).putInt(POLLFD * i + 4, POLLIN);
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (millis <= 0) {
                return;
            }
            int ready = Libc.INSTANCE.poll(descriptors, watched.size() + 1, (int) millis);
            if (ready < 0 && Libc.errno() != Libc.EINTR) {
                throw Libc.failure("poll");
            }
            for (Namespace namespace : watched) {
                if (namespace.hasChanged(relevance.get(namespace))) {
                    return;
                }
            }
        }
    }

    /** Wakes up the reader for ever: the number is never taken out. */
    @Override
    public synchronized void close() {
        closed = true;
        if (wake >= 0) {
            ByteBuffer one = Netlink.direct(Long.BYTES);
            one.putLong(0, 1);
            long unused = Libc.INSTANCE.write(wake, one, Long.BYTES);
        }
    }
}
