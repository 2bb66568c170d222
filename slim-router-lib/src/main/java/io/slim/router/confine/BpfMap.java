package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.LibBpf;
import io.slim.router.sys.Libc;
import io.slim.router.sys.SystemCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * A map of the kernel, with memory for one key and one value. Whoever uses it fills {@link #key} and {@link #value} and calls a method, which
 * uses those. Only the event loop touches it.
 */
final class BpfMap {

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
        int result = bpf.bpf_map_update_elem(descriptor.intValue(), key, value, 0);
        if (result == -E2BIG || result == -ENOMEM) {
            return false;
        }
        check(result, "bpf_map_update_elem");
        return true;
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

    /** Deletes the entry; false if there was none. */
    boolean remove() throws SystemCallException {
        int result = bpf.bpf_map_delete_elem(descriptor.intValue(), key);
        if (result == -ENOENT) {
            return false;
        }
        check(result, "bpf_map_delete_elem");
        return true;
    }

    /** All keys that there are now. */
    List<byte[]> keys() throws SystemCallException {
        List<byte[]> found = new ArrayList<>();
        Pointer next = Memory.allocateDirect(Libc.RUNTIME, keySize, true);
        Pointer last = null;
        // An entry that goes while we walk can send the walk back to the beginning.
        while (found.size() <= room) {
            int result = bpf.bpf_map_get_next_key(descriptor.intValue(), last, next);
            if (result == -ENOENT) {
                return found;
            }
            check(result, "bpf_map_get_next_key");
            byte[] copy = new byte[keySize];
            next.get(0, copy, 0, keySize);
            found.add(copy);
            key.put(0, copy, 0, keySize);
            last = key;
        }
        return found;
    }

    /** How many entries there are. */
    int count() throws SystemCallException {
        return keys().size();
    }

    /** Reads the value of one of the {@link #keys}; null if it has gone. */
    <T> @org.jspecify.annotations.Nullable T read(byte[] of, Supplier<T> reader) throws SystemCallException {
        key.put(0, of, 0, keySize);
        return get() ? reader.get() : null;
    }

    private void check(int result, String call) throws SystemCallException {
        if (result < 0) {
            throw new SystemCallException(call + " of map", name, -result);
        }
    }
}
