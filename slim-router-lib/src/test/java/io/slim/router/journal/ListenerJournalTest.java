package io.slim.router.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.router.journal.ListenerJournal.Recovered;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerJournalTest {
    private static final long REST_MILLIS = 60_000;

    @TempDir
    Path directory;

    private Path file;
    private ListenerJournal journal;

    @BeforeEach
    void make() {
        file = directory.resolve("listeners.journal");
        journal = new ListenerJournal(file, REST_MILLIS);
        journal.open();
    }

    private Recovered recovered() {
        return new ListenerJournal(file, REST_MILLIS).open();
    }

    private static ListenerRecord listener(long id, String address, boolean armed) throws IOException {
        Endpoint endpoint = new Endpoint(InetAddress.getByName(address), 80);
        return new ListenerRecord(id, 4026531840L, -2, 77, 6, true, false, endpoint, 61000 + (int) id, -7, armed);
    }

    @Test
    void tellsTheNextRouterWhichListenersThereAre() throws Exception {
        journal.added(listener(1, "0.0.0.0", false));
        journal.added(listener(2, "fd00:32::2", true));
        journal.added(listener(3, "::", false));
        journal.armed(1, true);
        journal.armed(2, false);
        journal.removed(3);
        assertThat(recovered().listeners())
                .containsExactly(listener(1, "0.0.0.0", true), listener(2, "fd00:32::2", false));
    }

    @Test
    void remembersPortsThatRest() throws Exception {
        journal.added(listener(1, "0.0.0.0", false));
        journal.removed(1);
        long before = System.currentTimeMillis();
        journal.released(61001);
        assertThat(recovered().resting()).containsOnlyKeys(61001);
        assertThat(recovered().resting().get(61001)).isGreaterThanOrEqualTo(before);
    }

    @Test
    void aPortThatIsUsedAgainRestsNoMore() throws Exception {
        journal.released(61001);
        journal.added(listener(1, "0.0.0.0", false));
        assertThat(recovered().resting()).isEmpty();
    }

    @Test
    void timesOfAClockThatWasWrongDoNoHarm() throws Exception {
        long now = System.currentTimeMillis();
        String lines = JournalFormat.FIRST_LINE + "\nrests 61001 " + (now + 86_400_000L) + "\nrests 61002 "
                + (now - REST_MILLIS - 1) + "\n";
        Files.writeString(file, lines);
        Recovered recovered = recovered();
        assertThat(recovered.resting()).containsOnlyKeys(61001);
        assertThat(recovered.resting().get(61001)).isBetween(now, System.currentTimeMillis());
    }

    @Test
    void aLineThatWasNotWrittenToItsEndDoesNotCount() throws Exception {
        journal.added(listener(1, "0.0.0.0", true));
        Files.writeString(file, "- 1", StandardOpenOption.APPEND);
        assertThat(recovered().listeners()).hasSize(1);
    }

    @Test
    void linesThatAreNotUnderstoodAreLeftOut() throws Exception {
        journal.added(listener(1, "0.0.0.0", true));
        for (String line : List.of(
                "",
                "x",
                "+",
                "+ 1 2 3",
                "- y",
                "armed",
                "armed 1 2 3",
                "rests 1",
                "\0\0\0",
                "+ 9 9 9 9 9 9 host 9 9")) {
            Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
        }
        journal.added(listener(2, "::", false));
        assertThat(recovered().listeners()).extracting(ListenerRecord::id).containsExactly(1L, 2L);
    }

    @Test
    void aFileOfAnotherKindIsNotUsed() throws Exception {
        Files.writeString(file, "slim-listeners 2\n" + JournalFormat.added(listener(1, "::", false)) + "\n");
        assertThat(recovered().listeners()).isEmpty();
        assertThat(Files.readString(file)).isEqualTo(JournalFormat.FIRST_LINE + "\n");
    }

    @Test
    void itsSizeIsBounded() throws Exception {
        journal.added(listener(1, "0.0.0.0", false));
        for (int i = 0; i < 20_000; i++) {
            journal.armed(1, i % 2 == 0);
        }
        assertThat(Files.size(file)).isLessThan(20_000);
        assertThat(recovered().listeners()).containsExactly(listener(1, "0.0.0.0", false));
    }

    @Test
    void isWrittenAgainAsAWholeOnceItCanBe() throws Exception {
        ListenerJournal disk = new ListenerJournal(directory.resolve("gone/listeners.journal"), REST_MILLIS);
        disk.open();
        disk.added(listener(1, "0.0.0.0", true));
        Files.createDirectory(directory.resolve("gone"));
        // It does not try at each change.
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!Files.exists(directory.resolve("gone/listeners.journal")) && System.nanoTime() < deadline) {
            disk.armed(1, true);
        }
        assertThat(new ListenerJournal(directory.resolve("gone/listeners.journal"), REST_MILLIS)
                        .open()
                        .listeners())
                .containsExactly(listener(1, "0.0.0.0", true));
    }

    /** A write to /dev/full fails as on a full disk (full(4)). */
    @Test
    void aFullDiskCostsNothingButTheJournal() throws Exception {
        Path next = directory.resolve("listeners.journal.new");
        ListenerJournal disk = new ListenerJournal(file, REST_MILLIS);
        Files.createSymbolicLink(next, Path.of("/dev/full"));
        disk.open();
        disk.added(listener(1, "0.0.0.0", true));
        Files.delete(next);
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!Files.readString(file).contains("+ 1 ") && System.nanoTime() < deadline) {
            disk.armed(1, true);
        }
        assertThat(recovered().listeners()).containsExactly(listener(1, "0.0.0.0", true));
    }

    @Test
    void afterItsEndNothingIsWritten() throws Exception {
        journal.added(listener(1, "0.0.0.0", true));
        journal.close();
        journal.removed(1);
        assertThat(recovered().listeners()).hasSize(1);
    }
}
