package io.slim.router.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTableTest {

    @TempDir
    private Path directory;

    private final AtomicLong seconds = new AtomicLong(7);
    private PeerTable table;

    @BeforeEach
    void make() throws Exception {
        table = PeerTable.create(directory.resolve("peers-1"), 4096, seconds::get);
    }

    @AfterEach
    void free() {
        table.close();
    }

    private ByteBuffer seenByShims() throws IOException {
        return seenByShims(table);
    }

    private static ByteBuffer seenByShims(PeerTable table) throws IOException {
        Path descriptor =
                Path.of("/proc/self/fd", Integer.toString(table.descriptor().intValue()));
        try (FileChannel file = FileChannel.open(descriptor)) {
            return file.map(FileChannel.MapMode.READ_ONLY, 0, file.size()).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    private static InetAddress address(String text) throws IOException {
        return InetAddress.getByName(text);
    }

    @Test
    void entryIsThatOfTheGoldenVectors() throws Exception {
        String vector = Files.readAllLines(
                        Path.of(System.getProperty("slim.basedir"), "slim-shim/src/main/protocol/golden-vectors.txt"))
                .stream()
                .filter(line -> line.startsWith("PEER_ENTRY"))
                .findFirst()
                .orElseThrow();
        table.announce(address("192.168.77.1"), 40123, 61005, address("10.32.0.1"), address("10.32.0.2"));
        byte[] key = HexFormat.of().parseHex(vector.substring(vector.length() - 112, vector.length() - 72));
        int hash = PeerTable.hash(key);
        assertThat(vector).contains("hash=0x" + Integer.toHexString(hash));
        byte[] entry = new byte[64];
        seenByShims().get(64 + (hash & 4095) * 1024, entry);
        assertThat(vector).endsWith(HexFormat.of().formatHex(entry));
    }

    @Test
    void hasAHeaderAndNoWriters() throws Exception {
        ByteBuffer seen = seenByShims();
        assertThat(seen.getInt(0)).isEqualTo(0x54504c53);
        assertThat(seen.getShort(4)).isEqualTo((short) 1);
        assertThat(seen.getShort(6)).isEqualTo((short) 64);
        assertThat(seen.getInt(8)).isEqualTo(4096);
        assertThat(seen.getInt(12)).isEqualTo(16);
        assertThat(seen.capacity()).isEqualTo(table.size());
        String flags = Files.readString(
                Path.of("/proc/self/fdinfo", Integer.toString(table.descriptor().intValue())));
        assertThat(flags).containsPattern("flags:\\s+0\\d*0\\n");
    }

    @Test
    void aFullSetLosesItsOldestEntry() throws Exception {
        try (PeerTable small = PeerTable.create(directory.resolve("peers-2"), 1, seconds::get)) {
            for (int port = 1; port <= 16; port++) {
                assertThat(announce(small, port)).isTrue();
            }
            assertThat(announce(small, 1)).as("the same key again").isTrue();
            assertThat(announce(small, 17)).as("no room, all within one second").isFalse();
            assertThat(ports(small)).contains(1, 3, 16, 17).doesNotContain(2);
            assertThat(small.live()).isEqualTo(16);
        }
    }

    private static boolean announce(PeerTable to, int clientPort) throws IOException {
        return to.announce(address("127.0.0.1"), clientPort, 61000, address("10.32.0.1"), address("10.32.0.2"));
    }

    private static int[] ports(PeerTable small) throws IOException {
        ByteBuffer seen = seenByShims(small);
        int[] ports = new int[16];
        for (int i = 0; i < 16; i++) {
            ports[i] = Short.toUnsignedInt(seen.getShort(64 + i * 64 + 24));
        }
        return ports;
    }

    @Test
    void oldEntriesAreCleared() throws Exception {
        announce(table, 1);
        seconds.addAndGet(200);
        announce(table, 2);
        seconds.addAndGet(150);
        table.sweep(4096, 300);
        assertThat(table.live()).isEqualTo(1);
        seconds.addAndGet(300);
        table.sweep(4096, 300);
        assertThat(table.live()).isZero();
        ByteBuffer seen = seenByShims();
        for (int at = 64; at < seen.capacity(); at += 64) {
            assertThat(seen.getInt(at) & 1).isZero();
            assertThat(seen.getShort(at + 26)).isZero();
        }
    }

    @Test
    void aLaterRouterGoesOnWithIt() throws Exception {
        announce(table, 1);
        announce(table, 2);
        long id = table.id();
        table.close();
        seconds.set(1000);
        table = PeerTable.resume(directory.resolve("peers-1"), 4096, seconds::get);
        assertThat(table.id()).isEqualTo(id);
        assertThat(table.live()).isEqualTo(2);
        announce(table, 3);
        seconds.addAndGet(299);
        table.sweep(4096, 300);
        assertThat(table.live()).as("count as announced at the restart").isEqualTo(3);
        seconds.addAndGet(2);
        table.sweep(4096, 300);
        assertThat(table.live()).isZero();
    }

    @Test
    void anEntryHalfWrittenByAnEarlierRouterIsCleared() throws Exception {
        announce(table, 1);
        ByteBuffer seen = seenByShims();
        int at = 64;
        while (seen.getShort(at + 26) == 0) {
            at += 64;
        }
        table.close();
        try (FileChannel file =
                FileChannel.open(directory.resolve("peers-1"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            file.map(FileChannel.MapMode.READ_WRITE, 0, file.size())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(at, 3);
        }
        table = PeerTable.resume(directory.resolve("peers-1"), 4096, seconds::get);
        assertThat(table.live()).isZero();
        assertThat(seenByShims().getInt(at)).isEqualTo(4);
        assertThat(seenByShims().getShort(at + 26)).isZero();
    }

    @Test
    void whatIsNoTableOfThisSizeIsRefused() throws Exception {
        Path file = directory.resolve("peers-1");
        table.close();
        assertThatThrownBy(() -> PeerTable.resume(file, 2048, seconds::get)).hasMessageContaining("expected");
        Files.write(file, new byte[table.size()]);
        assertThatThrownBy(() -> PeerTable.resume(file, 4096, seconds::get)).hasMessageContaining("no peer table");
    }
}
