package io.slim.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.junit.RequiresHost;
import io.slim.testbed.junit.TestBedExtension;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@RequiresHost(programs = {"ip", "nsenter"})
final class ThreadDumpTest {
    @RegisterExtension
    static final TestBedExtension lab = new TestBedExtension(TestBed.builder().hosts(1));

    @Test
    void aRunningJvmTellsWhatItsThreadsDo() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = Path.of("target/test-classes").toAbsolutePath().toString();
        try (Running jvm = lab.bed().host(1).start(java, "-cp", classes, Waiting.class.getName())) {
            jvm.waitForOutput("line", Duration.ofSeconds(20), output -> output.contains("waiting"));
            assertThat(jvm.threadDump()).contains("io.slim.testbed.ThreadDumpTest$Waiting.main");
            assertThat(jvm.isAlive()).isTrue();
        }
    }

    /** A program that waits for nothing. */
    static final class Waiting {
        private Waiting() {}

        public static void main(String[] arguments) throws InterruptedException {
            System.out.println("waiting");
            Thread.currentThread().join();
        }
    }
}
