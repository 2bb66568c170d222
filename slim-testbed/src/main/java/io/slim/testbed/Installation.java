package io.slim.testbed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The checkout the test-bed belongs to, and what the build has left in it.
 *
 * @param root the directory with the {@code slim} script
 */
record Installation(Path root) {
    /** The checkout named by the system property {@code slim.basedir}, else the one around the current directory. */
    static Installation find() {
        Path start = Path.of(System.getProperty("slim.basedir", "")).toAbsolutePath();
        for (Path directory = start; directory != null; directory = directory.getParent()) {
            if (Files.isRegularFile(directory.resolve("slim"))
                    && Files.isDirectory(directory.resolve("slim-testbed"))) {
                return new Installation(directory);
            }
        }
        throw new TestBedException(
                "no checkout of Slim at or above " + start + " (set the system property slim.basedir)");
    }

    Path script() {
        return root.resolve("slim");
    }

    Path shim() {
        return root.resolve("slim-shim/target/native-" + arch() + "/libslim.so");
    }

    Path probe() {
        return root.resolve("slim-testbed/target/native-" + arch() + "/slim-probe");
    }

    private Path routerLibraries() {
        return root.resolve("adapters/standalone/target/app/lib");
    }

    /** What a router and the shim need and the build has not made yet. */
    List<Path> missingForSlim() {
        return Stream.of(shim(), routerLibraries())
                .filter(path -> !Files.exists(path))
                .toList();
    }

    /** @throws TestBedException if the path was not built */
    static Path built(Path path) {
        if (!Files.exists(path)) {
            throw new TestBedException(path + " does not exist (run: ./slim build)");
        }
        return path;
    }

    /** As uname -m says it, which the directories of native files carry. */
    private static String arch() {
        String arch = System.getProperty("os.arch");
        return arch.equals("amd64") ? "x86_64" : arch;
    }
}
