package io.slim.it.shim;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shim's libFuzzer targets, for a bounded time; what they have learned is kept in the build directory and used by the next run. */
@RequiresHost(
        root = false,
        programs = {"clang", "make"})
class FuzzTest {
    private static final int SECONDS = Integer.getInteger("slim.fuzz.seconds", 20);

    /** For building the targets on a busy machine. */
    private static final int BUILD_SECONDS = 240;

    @TempDir
    private Path directory;

    @Test
    void whatOthersHaveWrittenIsUnderstoodOrRefused() throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process make = new ProcessBuilder("make", "--no-print-directory", "fuzz", "FUZZ_SECONDS=" + SECONDS)
                .directory(Path.of("..", "slim-shim", "src", "main", "c").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(make.waitFor(SECONDS + BUILD_SECONDS, TimeUnit.SECONDS))
                    .as("make fuzz ends")
                    .isTrue();
            assertThat(make.exitValue())
                    .withFailMessage(() -> "make fuzz:\n" + read(output))
                    .isZero();
        } finally {
            make.descendants().forEach(ProcessHandle::destroyForcibly);
            make.destroyForcibly();
        }
    }

    private static String read(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return output + " cannot be read: " + e.getMessage();
        }
    }
}
