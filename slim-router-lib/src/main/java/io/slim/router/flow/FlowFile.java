package io.slim.router.flow;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that can be rotated by moving it away: whatever is at the path is looked at before lines are written. It never gets longer than its
 * bound: then it becomes {@code NAME.1} by itself, in place of an earlier one. Not thread-safe.
 */
final class FlowFile implements AutoCloseable {

    private final Path path;
    private final long longest;
    private @Nullable OutputStream out;
    private @Nullable Object key;
    private long length;

    FlowFile(Path path, long longest) {
        this.path = path;
        this.longest = longest;
    }

    /** Appends lines; those that cannot be written are gone. */
    void write(List<String> lines) throws IOException {
        try {
            for (String line : lines) {
                byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
                if (length + bytes.length > longest) {
                    close();
                    Files.move(
                            path, path.resolveSibling(path.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
                }
                opened().write(bytes);
                length += bytes.length;
            }
            opened().flush();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Lets go of a file that was moved or removed meanwhile. */
    void look() throws IOException {
        if (out != null && !Objects.equals(key, keyThere())) {
            close();
        }
    }

    private @Nullable Object keyThere() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private OutputStream opened() throws IOException {
        OutputStream there = out;
        if (there == null) {
            Files.newByteChannel(
                            path,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")))
                    .close();
            there = new BufferedOutputStream(Files.newOutputStream(path, StandardOpenOption.APPEND), 1 << 16);
            out = there;
            key = keyThere();
            length = Files.size(path);
        }
        return there;
    }

    @Override
    public void close() throws IOException {
        OutputStream there = out;
        out = null;
        length = 0;
        if (there != null) {
            there.close();
        }
    }
}
