package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import jnr.ffi.Pointer;

/**
 * Memory that this process writes and others may read: a mapped file (mmap(2)).
 *
 * <p>Not a {@link java.nio.MappedByteBuffer}: those are unmapped only when garbage is collected, and the memory of
 * containers long gone would stay. The memory must not be used after {@link #close}.
 */
public final class SharedMemory implements AutoCloseable {

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final long MAP_FAILED = -1;

    private final Pointer memory;
    private final long size;
    private final FileDescriptor readOnly;
    private boolean closed;

    private SharedMemory(Pointer memory, long size, FileDescriptor readOnly) {
        this.memory = memory;
        this.size = size;
        this.readOnly = readOnly;
    }

    /**
     * Makes zeroed memory. A file that is there is replaced; those who have mapped it keep it.
     *
     * @param file stays there until somebody deletes it
     * @param size in bytes
     */
    public static SharedMemory create(Path file, long size) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (RandomAccessFile sized = new RandomAccessFile(file.toFile(), "rw")) {
            sized.setLength(size);
        }
        return open(file, size);
    }

    /** Maps a file that has this size already. */
    public static SharedMemory open(Path file, long size) throws IOException {
        if (Files.size(file) != size) {
            throw new IOException(file + ": " + Files.size(file) + " bytes (expected: " + size + ")");
        }
        FileDescriptor readOnly = Descriptors.openReadOnly(file);
        try {
            return new SharedMemory(map(file, size), size, readOnly);
        } catch (IOException e) {
            Descriptors.close(readOnly);
            throw e;
        }
    }

    private static Pointer map(Path file, long size) throws IOException {
        int fd = Libc.INSTANCE.open(file.toString(), O_RDWR | O_CLOEXEC);
        if (fd < 0) {
            throw new SystemCallException("open", file, Libc.errno());
        }
        try {
            Pointer memory = Libc.INSTANCE.mmap(null, size, PROT_READ_WRITE, MAP_SHARED, fd, 0);
            if (memory == null || memory.address() == MAP_FAILED) {
                throw new SystemCallException("mmap", file, Libc.errno());
            }
            return Pointer.wrap(Libc.RUNTIME, memory.address(), size);
        } finally {
            Descriptors.close(new FileDescriptor(fd));
        }
    }

    /** The memory; access is bounds-checked. */
    public Pointer memory() {
        return memory;
    }

    /** Size in bytes. */
    public long size() {
        return size;
    }

    /** A descriptor through which others can map the memory for reading only. Stays this object's. */
    public FileDescriptor readOnly() {
        return readOnly;
    }

    /** Unmaps; those who have mapped it keep it. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Descriptors.close(readOnly);
        Libc.INSTANCE.munmap(memory, size);
    }
}
