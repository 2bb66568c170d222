package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.LibBpf;
import io.slim.router.sys.Libc;
import io.slim.router.sys.SystemCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A map of the kernel, with memory for one key and one value. Whoever uses it fills {@link #key} and {@link #value} and calls a method, which
 * uses those. Only the event loop touches it.
 */
final class BpfMap {

    /** More than the longest chain of a bucket, or the kernel refuses with ENOSPC. */
    private static final int BATCH = 1024;

    private static final int MOST_TRIES = 5;
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private static final Logger LOG = LoggerFactory.getLogger(BpfMap.class);

    private static final int ENOENT = 2;
    private static final int E2BIG = 7;
    private static final int ENOMEM = 12;

    private final LibBpf bpf;
    private final String name;
    private final FileDescriptor descriptor;
    private final int keySize;
    private final int valueSize;
    private final int room;
    private final Pointer key;
    private final Pointer value;

    BpfMap(LibBpf bpf, String name, FileDescriptor descriptor, int keySize, int valueSize, int room) {
        this.bpf = bpf;
        this.name = name;
        this.descriptor = descriptor;
        this.keySize = keySize;
        this.valueSize = valueSize;
        this.room = room;
        this.key = Memory.allocateDirect(Libc.RUNTIME, keySize, true);
        this.value = Memory.allocateDirect(Libc.RUNTIME, valueSize, true);
    }

    FileDescriptor descriptor() {
        return descriptor;
    }

    /** Entries that it was made for. */
    int room() {
        return room;
    }

    Pointer key() {
        return key;
    }

    Pointer value() {
        return value;
    }

    /** Zeroes the value, so that what is not filled in is 0. */
    Pointer clearedValue() {
        value.setMemory(0, valueSize, (byte) 0);
        return value;
    }

    /**
     * Writes the value.
     *
     * @return false if there is no room
     */
    boolean put() throws SystemCallException {
        int result = update();
        // The kernel takes memory for elements from a small store for each processor, which an interrupt fills up
        // again.
        for (int tries = 1; result == -ENOMEM && tries < MOST_TRIES; tries++) {
            LockSupport.parkNanos(PAUSE_NANOS);
            result = update();
        }
        if (result == -E2BIG || result == -ENOMEM) {
            LOG.debug("map={} room={}: no room (errno {})", name, room, -result);
            return false;
        }
        check(result, "bpf_map_update_elem");
        return true;
    }

    private int update() {
        return bpf.bpf_map_update_elem(descriptor.intValue(), key, value, 0);
    }

    /** Reads the value; false if there is none. */
    boolean get() throws SystemCallException {
        int result = bpf.bpf_map_lookup_elem(descriptor.intValue(), key, value);
        if (result == -ENOENT) {
            return false;
        }
        check(result, "bpf_map_lookup_elem");
        return true;
    }

    /** The sum of what the processors have, in a map with a number for each of them. */
    long sum() {
        long sum = 0;
        for (long at = 0; at < valueSize; at += Long.BYTES) {
            sum += value.getLong(at);
        }
        return sum;
    }

    /** Deletes the entry; false if there was none. */
    boolean remove() throws SystemCallException {
        int result = bpf.bpf_map_delete_elem(descriptor.intValue(), key);
        if (result == -ENOENT) {
            return false;
        }
        check(result, "bpf_map_delete_elem");
        return true;
    }

    /**
     * What there is now, as the reader makes it of {@link #key} and {@link #value}; what comes or goes meanwhile may be missing. For hash maps
     * (bpf_map_lookup_batch, Linux 5.6).
     *
     * @param reader makes null of what is not wanted
     */
    <T> List<T> all(Supplier<@Nullable T> reader) throws SystemCallException {
        List<T> found = new ArrayList<>();
        int most = Math.min(room, BATCH);
        Pointer keys = Memory.allocateDirect(Libc.RUNTIME, (long) most * keySize);
        Pointer values = Memory.allocateDirect(Libc.RUNTIME, (long) most * valueSize);
        Pointer count = Memory.allocateDirect(Libc.RUNTIME, Integer.BYTES, true);
        Pointer place = Memory.allocateDirect(Libc.RUNTIME, Integer.BYTES, true);
        Pointer from = null;
        int result = 0;
        while (result == 0) {
            count.putInt(0, most);
            result = bpf.bpf_map_lookup_batch(descriptor.intValue(), from, place, keys, values, count, null);
            if (result != -ENOENT) {
                check(result, "bpf_map_lookup_batch");
            }
            for (int i = 0; i < count.getInt(0); i++) {
                keys.transferTo((long) i * keySize, key, 0, keySize);
                values.transferTo((long) i * valueSize, value, 0, valueSize);
                T one = reader.get();
                if (one != null) {
                    found.add(one);
                }
            }
            from = place;
        }
        return found;
    }

    /** How many entries there are. */
    int count() throws SystemCallException {
        return all(() -> key).size();
    }

    private void check(int result, String call) throws SystemCallException {
        if (result < 0) {
            throw new SystemCallException(call + " of map", name, -result);
        }
    }
}
