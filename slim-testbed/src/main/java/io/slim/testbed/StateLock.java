package io.slim.testbed;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Held while test-beds are made or removed, so that nobody sweeps what somebody else is making. It is a file lock (the kernel frees it when its holder
 * dies) within a lock of this process, because the former does not exclude threads of one process.
 *
 * <p>The last one out removes the file and the directory. One who waited for the removed file therefore takes its lock and then finds that the path no
 * longer leads to it: it tries again.
 */
final class StateLock implements AutoCloseable {
    private static final Path FILE = StateDirectory.ROOT.resolve("lock");
    private static final ReentrantLock IN_PROCESS = new ReentrantLock();

    private final FileChannel channel;

    private StateLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Runs the action with the lock held; waits for it as long as it takes. */
    static void hold(Runnable action) {
        StateLock lock = acquire();
        try (lock) {
            action.run();
        }
    }

    private static StateLock acquire() {
        IN_PROCESS.lock();
        try {
            while (true) {
                Files.createDirectories(StateDirectory.ROOT);
                FileChannel channel = open();
                if (channel != null) {
                    return new StateLock(channel);
                }
            }
        } catch (IOException e) {
            IN_PROCESS.unlock();
            throw new TestBedException(FILE + " cannot be locked (root is needed)", e);
        }
    }

    /** Null if the file was removed meanwhile. */
    private static FileChannel open() throws IOException {
        FileChannel channel = null;
        boolean locked = false;
        try {
            if (!Files.exists(FILE)) {
                Files.createFile(FILE);
            }
            Object before = Files.getAttribute(FILE, "unix:ino");
            channel = FileChannel.open(FILE, StandardOpenOption.WRITE);
            channel.lock();
            locked = before.equals(Files.getAttribute(FILE, "unix:ino"));
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            // Somebody else made or removed it between two steps.
        } finally {
            if (!locked && channel != null) {
                channel.close();
            }
        }
        return locked ? channel : null;
    }

    @Override
    public void close() {
        try (channel) {
            if (isLast()) {
                Files.delete(FILE);
                Files.delete(StateDirectory.ROOT);
            }
        } catch (DirectoryNotEmptyException e) {
            // Somebody has already come for the lock.
        } catch (IOException e) {
            throw new TestBedException(FILE + " cannot be released", e);
        } finally {
            IN_PROCESS.unlock();
        }
    }

    private static boolean isLast() throws IOException {
        try (var entries = Files.list(StateDirectory.ROOT)) {
            return entries.allMatch(FILE::equals);
        }
    }
}
