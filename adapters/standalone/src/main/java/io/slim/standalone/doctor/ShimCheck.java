package io.slim.standalone.doctor;

import io.slim.shim.ShimInstaller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Installs the shim as {@code slim run} does, and looks whether a program loads it. */
final class ShimCheck implements Check {

    private static final String NAME = "shim";
    private static final int WAIT_SECONDS = 5;

    private final Path directory;

    ShimCheck(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<Finding> run() {
        try {
            Path shim = ShimInstaller.install(directory);
            return List.of(
                    isLoaded(shim)
                            ? Finding.ok(NAME, "loads from " + shim)
                            : Finding.fail(
                                    NAME,
                                    "a program does not load " + shim,
                                    "see what LD_PRELOAD=" + shim + " /bin/cat /dev/null says"));
        } catch (IOException e) {
            return List.of(Finding.fail(
                    NAME,
                    "cannot be installed: " + e.getMessage(),
                    "give another directory with --lib-dir, on a file system that is writable and not noexec"));
        }
    }

    private static boolean isLoaded(Path shim) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("cat", "/proc/self/maps").redirectErrorStream(true);
        builder.environment().put("LD_PRELOAD", shim.toString());
        Process program = builder.start();
        String maps = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return program.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)
                    && maps.lines().anyMatch(line -> line.endsWith(shim.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            program.destroyForcibly();
        }
    }
}
