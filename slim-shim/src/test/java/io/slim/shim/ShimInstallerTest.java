package io.slim.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShimInstallerTest {
    @TempDir
    private Path state;

    @Test
    void installsALibraryThatAnotherProcessCanLoad() throws Exception {
        Path library = ShimInstaller.install(state);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(library)))
                .isEqualTo("r-xr-xr-x");
        ProcessBuilder program = new ProcessBuilder("sh", "-c", "echo loaded").redirectErrorStream(true);
        program.environment().put("LD_PRELOAD", library.toString());
        Process process = program.start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("loaded\n");
        assertThat(process.waitFor()).isZero();
    }

    /** The machine's number in the ELF header: elf(5), e_machine. */
    @ParameterizedTest
    @CsvSource({"x86_64, 62", "aarch64, 183"})
    void aLibraryIsPackagedUnderTheNameOfItsArchitecture(String architecture, int machine) throws IOException {
        try (InputStream library =
                ShimInstaller.class.getResourceAsStream("/META-INF/native/linux-" + architecture + "/libslim.so")) {
            assumeTrue(library != null, "no compiler for " + architecture + " when this was built");
            byte[] header = library.readNBytes(20);
            assertThat(ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getShort(18))
                    .isEqualTo((short) machine);
        }
    }

    @Test
    void aSecondInstallationTouchesNothing() throws Exception {
        Path library = ShimInstaller.install(state);
        FileTime old = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(library, old);
        assertThat(ShimInstaller.install(state)).isEqualTo(library);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(old);
    }

    @Test
    void aDamagedLibraryIsReplaced() throws Exception {
        Path library = ShimInstaller.install(state);
        byte[] whole = Files.readAllBytes(library);
        Files.delete(library);
        Files.write(library, new byte[] {1, 2, 3});
        ShimInstaller.install(state);
        assertThat(Files.readAllBytes(library)).isEqualTo(whole);
    }

    @Test
    void manyAtOnceLeaveOneWholeFile() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Path> install = () -> ShimInstaller.install(state);
            List<Future<Path>> all =
                    threads.invokeAll(Stream.generate(() -> install).limit(32).toList());
            for (Future<Path> one : all) {
                assertThat(one.get()).isRegularFile();
            }
            try (Stream<Path> files = Files.list(all.get(0).get().getParent())) {
                assertThat(files).hasSize(1);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aDirectoryThatOthersMayWriteIsRefused() throws Exception {
        Path directory = ShimInstaller.install(state).getParent();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> ShimInstaller.install(state))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("rwxrwxrwx");
    }
}
