package io.slim.resolver.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** The sockets that see one network namespace: one asks, one is told of changes. One thread at a time. */
final class Namespace implements AutoCloseable {

    private static final int CLONE_NEWNET = 0x40000000;
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    /** RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE. */
    private static final int GROUPS = 1 << 0 | 1 << 2 | 1 << 6 | 1 << 10;

    private static final int MOST_ATTEMPTS = 10;

    private final @Nullable Path file;
    private final @Nullable Object identity;
    private final Netlink questions;
    private final Netlink changes;

    private Namespace(@Nullable Path file, @Nullable Object identity, Netlink questions, Netlink changes) {
        this.file = file;
        this.identity = identity;
        this.questions = questions;
        this.changes = changes;
    }

    /** That of this process. */
    static Namespace own() throws IOException {
        return open(null, null);
    }

    /** One that a file stands for. Needs CAP_SYS_ADMIN. */
    static Namespace of(Path file) throws IOException {
        Object identity = identity(file);
        int fd = Libc.INSTANCE.open(file.toString(), O_RDONLY_CLOEXEC);
        if (fd < 0) {
            throw Libc.failure("open " + file);
        }
        try {
            return inside(fd, file, () -> open(file, identity));
        } finally {
            Libc.INSTANCE.close(fd);
        }
    }

    private static Namespace open(@Nullable Path file, @Nullable Object identity) throws IOException {
        Netlink questions = Netlink.open(Netlink.ROUTE, 0);
        try {
            return new Namespace(file, identity, questions, Netlink.open(Netlink.ROUTE, GROUPS));
        } catch (IOException e) {
            questions.close();
            throw e;
        }
    }

    private static Object identity(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino") + "@" + Files.getAttribute(file, "unix:dev");
    }

    /** A thread of its own goes there and ends: one that could not come back would be in the wrong place for ever. */
    private static <T> T inside(int namespace, Path file, Callable<T> work) throws IOException {
        FutureTask<T> task = new FutureTask<>(() -> {
            if (Libc.INSTANCE.setns(namespace, CLONE_NEWNET) < 0) {
                throw Libc.failure("setns " + file);
            }
            return work.call();
        });
        Thread visitor = new Thread(task, "slim-resolver-kernel-visit");
        visitor.setDaemon(true);
        visitor.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted on the way to " + file, e);
        }
    }

    /** Whether the file still stands for it. */
    boolean isCurrent() {
        try {
            return file == null || Objects.equals(identity, identity(file));
        } catch (IOException e) {
            return false;
        }
    }

    KernelTables read() throws IOException {
        IOException last = new IOException("never read");
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            try {
                return TableReader.read(questions);
            } catch (Netlink.ChangedMeanwhileException e) {
                last = e;
            }
        }
        throw last;
    }

    /** Becomes readable when something may have changed. */
    int descriptor() {
        return changes.descriptor();
    }

    /** Takes the news; tells whether any matters. */
    boolean hasChanged(Relevance relevance) throws IOException {
        boolean[] changed = new boolean[1];
        boolean complete = changes.drain(message -> changed[0] |= relevance.concerns(message));
        return changed[0] || !complete;
    }

    @Override
    public void close() {
        questions.close();
        changes.close();
    }
}
