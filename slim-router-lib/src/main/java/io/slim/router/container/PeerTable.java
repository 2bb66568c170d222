package io.slim.router.container;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.SharedMemory;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import jnr.ffi.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peer table of one container: in shared memory, who a host socket is that connects to one of its shadows. The
 * format is that of {@code docs/shim-protocol.md}, "The peer table".
 *
 * <p>One writer (the event loop), any number of readers in other processes, no lock. Each entry has a sequence number
 * that is odd while it is being written: the writer stores odd, fence, fields, fence, even; a reader that sees the same
 * even number before and after has read one state. Numbers stay aligned, so no single store is seen in halves.
 */
public final class PeerTable implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeerTable.class);

    static final int ENTRIES_PER_SET = 16;
    static final int ENTRY_SIZE = 64;
    static final int HEADER_SIZE = 64;

    private static final int MAGIC = 0x54504c53;
    private static final int VERSION = 1;

    private static final int ID = 16;

    private static final int SEQUENCE = 0;
    private static final int ANNOUNCED = 4;
    private static final int KEY = 8;
    private static final int KEY_SIZE = 20;
    private static final int SHADOW_PORT = 26;
    private static final int ORDER = 28;
    private static final int CLIENT_OVERLAY = 32;
    private static final int DESTINATION = 48;

    private static final int FNV_BASIS = (int) 2166136261L;
    private static final int FNV_PRIME = 16777619;

    private final Path file;
    private final SharedMemory shared;
    private final Pointer memory;
    private final int sets;
    private final LongSupplier seconds;
    private final byte[] key = new byte[KEY_SIZE];
    private final byte[] found = new byte[KEY_SIZE];
    private int live;
    private int announcements;
    private final long id;
    private int sweepAt;

    private PeerTable(Path file, SharedMemory shared, int sets, LongSupplier seconds) {
        this.file = file;
        this.shared = shared;
        this.memory = shared.memory();
        this.sets = sets;
        this.seconds = seconds;
        if (memory.getInt(0) == 0) {
            memory.putShort(4, (short) VERSION);
            memory.putShort(6, (short) ENTRY_SIZE);
            memory.putInt(8, sets);
            memory.putInt(12, ENTRIES_PER_SET);
            memory.putLong(ID, ThreadLocalRandom.current().nextLong());
            memory.putInt(0, MAGIC);
        }
        this.id = memory.getLong(ID);
    }

    /**
     * Makes an empty table.
     *
     * @param file replaced if it is there
     * @param sets a power of two
     * @param seconds time since the router's start
     */
    public static PeerTable create(Path file, int sets, LongSupplier seconds) throws IOException {
        return new PeerTable(file, SharedMemory.create(file, size(sets)), sets, seconds);
    }

    /**
     * Goes on with the table that an earlier router has made, which shims have mapped; its entries count as announced now.
     *
     * @throws IOException if there is none of that size and format
     */
    static PeerTable resume(Path file, int sets, LongSupplier seconds) throws IOException {
        SharedMemory shared = SharedMemory.open(file, size(sets));
        Pointer header = shared.memory();
        if (header.getInt(0) != MAGIC
                || header.getShort(4) != VERSION
                || header.getShort(6) != ENTRY_SIZE
                || header.getInt(8) != sets
                || header.getInt(12) != ENTRIES_PER_SET) {
            shared.close();
            throw new IOException(file + ": no peer table of " + sets + " sets");
        }
        PeerTable table = new PeerTable(file, shared, sets, seconds);
        table.takeUpEntries();
        return table;
    }

    private void takeUpEntries() {
        int now = (int) seconds.getAsLong();
        for (int i = 0; i < sets * ENTRIES_PER_SET; i++) {
            long entry = HEADER_SIZE + (long) i * ENTRY_SIZE;
            if (memory.getShort(entry + SHADOW_PORT) == 0) {
                continue;
            }
            live++;
            int sequence = memory.getInt(entry + SEQUENCE);
            if ((sequence & 1) != 0) {
                // The router ended while it wrote this one: no shim believes it.
                memory.setMemory(entry + ANNOUNCED, ENTRY_SIZE - ANNOUNCED, (byte) 0);
                endWrite(entry, sequence - 1);
                live--;
                continue;
            }
            memory.putInt(entry + ANNOUNCED, now);
            if (memory.getInt(entry + ORDER) - announcements >= 0) {
                announcements = memory.getInt(entry + ORDER) + 1;
            }
        }
    }

    private static long size(int sets) {
        return HEADER_SIZE + (long) sets * ENTRIES_PER_SET * ENTRY_SIZE;
    }

    /** Differs from that of every other table, so that a shim which knows the container's old table notices a new one. */
    public long id() {
        return id;
    }

    /** Size in bytes. */
    public int size() {
        return (int) shared.size();
    }

    /** For shims, to map it. Stays the table's. */
    public FileDescriptor descriptor() {
        return shared.readOnly();
    }

    /**
     * Makes a client known. When this returns, shims see it.
     *
     * @return false if a client that may not have arrived yet had to give way, because its set was full
     */
    public boolean announce(
            InetAddress clientHost, int clientPort, int shadowPort, InetAddress client, InetAddress destination) {
        writeKey(clientHost, clientPort, shadowPort);
        long entry = choose(hash(key) & (sets - 1));
        boolean evicts = memory.getShort(entry + SHADOW_PORT) != 0 && !holdsKey(entry);
        if (memory.getShort(entry + SHADOW_PORT) == 0) {
            live++;
        }
        int sequence = beginWrite(entry);
        memory.putInt(entry + ANNOUNCED, (int) seconds.getAsLong());
        memory.put(entry + KEY, key, 0, KEY_SIZE);
        memory.putInt(entry + ORDER, announcements++);
        memory.put(entry + CLIENT_OVERLAY, mapped(client), 0, 16);
        memory.put(entry + DESTINATION, mapped(destination), 0, 16);
        endWrite(entry, sequence);
        return !evicts;
    }

    /** The entry with the key, else a free one, else the one announced longest ago. */
    private long choose(int set) {
        long start = HEADER_SIZE + (long) set * ENTRIES_PER_SET * ENTRY_SIZE;
        long chosen = start;
        long chosenAge = -1;
        for (int i = 0; i < ENTRIES_PER_SET; i++) {
            long entry = start + (long) i * ENTRY_SIZE;
            if (holdsKey(entry)) {
                return entry;
            }
            boolean free = memory.getShort(entry + SHADOW_PORT) == 0;
            long age = free ? Long.MAX_VALUE : Integer.toUnsignedLong(announcements - memory.getInt(entry + ORDER));
            if (age > chosenAge) {
                chosen = entry;
                chosenAge = age;
            }
        }
        return chosen;
    }

    private boolean holdsKey(long entry) {
        memory.get(entry + KEY, found, 0, KEY_SIZE);
        return Arrays.equals(key, found);
    }

    /**
     * Clears entries that are too old, in a part of the table; called again and again it covers all of it.
     *
     * @param part how many sets to look at
     * @param ttlSeconds how old an entry may be
     */
    public void sweep(int part, long ttlSeconds) {
        int now = (int) seconds.getAsLong();
        for (int i = 0; i < part && live > 0; i++) {
            long set = HEADER_SIZE + (long) sweepAt * ENTRIES_PER_SET * ENTRY_SIZE;
            for (int j = 0; j < ENTRIES_PER_SET; j++) {
                clearIfOld(set + (long) j * ENTRY_SIZE, now, ttlSeconds);
            }
            sweepAt = (sweepAt + 1) & (sets - 1);
        }
    }

    private void clearIfOld(long entry, int now, long ttlSeconds) {
        if (memory.getShort(entry + SHADOW_PORT) == 0
                || Integer.toUnsignedLong(now - memory.getInt(entry + ANNOUNCED)) <= ttlSeconds) {
            return;
        }
        int sequence = beginWrite(entry);
        memory.setMemory(entry + ANNOUNCED, ENTRY_SIZE - ANNOUNCED, (byte) 0);
        endWrite(entry, sequence);
        live--;
    }

    /** Number of sets. */
    public int sets() {
        return sets;
    }

    /** Entries in use. */
    public int live() {
        return live;
    }

    private int beginWrite(long entry) {
        int sequence = memory.getInt(entry + SEQUENCE);
        memory.putInt(entry + SEQUENCE, sequence + 1);
        VarHandle.storeStoreFence();
        return sequence;
    }

    private void endWrite(long entry, int before) {
        int after = before + 2;
        VarHandle.releaseFence();
        memory.putInt(entry + SEQUENCE, after == 0 ? 2 : after);
    }

    private void writeKey(InetAddress clientHost, int clientPort, int shadowPort) {
        System.arraycopy(mapped(clientHost), 0, key, 0, 16);
        key[16] = (byte) clientPort;
        key[17] = (byte) (clientPort >> 8);
        key[18] = (byte) shadowPort;
        key[19] = (byte) (shadowPort >> 8);
    }

    static int hash(byte[] bytes) {
        int hash = FNV_BASIS;
        for (byte b : bytes) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    private static byte[] mapped(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 16) {
            return bytes;
        }
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(bytes, 0, mapped, 12, 4);
        return mapped;
    }

    /** Frees the memory; shims that have mapped it keep it, and the file stays for a later {@link #resume}. */
    @Override
    public void close() {
        shared.close();
    }

    /** Frees the memory; nobody goes on with it. */
    void delete() {
        shared.close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{}: cannot be deleted: {}", file, e.toString());
        }
    }
}
