package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.event.RouterEvent.ListenerOffered;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.router.journal.ListenerJournal;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.LogWatch;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.ShimAgent.Answer;
import io.slim.router.lab.TestContainer;
import io.slim.router.lab.TestHost;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router whose disk is full: /dev/full refuses to be written to as such a disk does (full(4)). */
@Tag("root")
class JournalDiskTest {

    @TempDir
    private Path directory;

    private int port = 79;

    @Test
    void listenersAreServedItIsToldOnceAndAllIsWrittenLater() throws Exception {
        Path journal = directory.resolve("127.0.0.1/listeners.journal");
        Path full = directory.resolve("127.0.0.1/listeners.journal.new");
        Files.createDirectories(full.getParent());
        Files.createSymbolicLink(full, Path.of("/dev/full"));
        FixedResolver resolver = new FixedResolver().put("10.32.0.1", "127.0.0.1");
        try (TestContainer container = new TestContainer("10.32.0.1/32");
                LogWatch log = new LogWatch(ListenerJournal.class.getName());
                TestHost host = new TestHost(
                        "127.0.0.1", FreePort.find(), directory, resolver, ConnectionPolicy.ALLOW, same -> same);
                ShimAgent shim = container.shim(host.socket())) {
            for (int i = 0; i < 10; i++) {
                offerOneMore(host, shim);
            }
            assertThat(log.lines()).singleElement().asString().contains("cannot be written", "No space left");
            Files.delete(full);
            // It is not tried at each change.
            Eventually.get(
                    () -> {
                        offerOneMore(host, shim);
                        return Files.exists(journal);
                    },
                    written -> written);
            assertThat(Files.readString(journal)).contains(" 80 ", " 89 ", " " + port + " ");
        }
    }

    private void offerOneMore(TestHost host, ShimAgent shim) throws Exception {
        port++;
        Answer shadow = shim.call("listen endpoint=0.0.0.0:" + port);
        assertThat(shadow.get("verdict")).isEqualTo("1");
        shim.call("start socket=" + shadow.get("socket"));
        shim.call("signal kind=1 lease=" + shadow.get("lease"));
        host.await(ListenerOffered.class::isInstance);
    }
}
