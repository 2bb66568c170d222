package io.slim.oci.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;

/** Puts files where they belong, each in one step: whoever looks meanwhile meets the old one or the new one. */
public final class Installation {

    private final Consumer<String> told;

    /**
     * An installation.
     *
     * @param told gets the name of each file that is there
     */
    public Installation(Consumer<String> told) {
        this.told = told;
    }

    /** Writes a file that anybody may read. */
    public void file(Path file, String text) throws IOException {
        put(file, text.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
    }

    /** Writes a file that anybody may run. */
    public void program(Path file, byte[] content) throws IOException {
        put(file, content, "rwxr-xr-x");
    }

    /** The same from its text. */
    public void program(Path file, String text) throws IOException {
        program(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Makes a symbolic link. */
    public void link(Path file, Path target) throws IOException {
        Path fresh = fresh(file);
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(fresh, target);
        move(fresh, file);
    }

    private void put(Path file, byte[] content, String permissions) throws IOException {
        Path fresh = fresh(file);
        Files.write(fresh, content);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
        move(fresh, file);
    }

    private static Path fresh(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return file.resolveSibling("." + file.getFileName() + ".new");
    }

    private void move(Path fresh, Path file) throws IOException {
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        told.accept(file.toString());
    }
}
