package io.slim.router.control.tls;

import io.slim.api.ControlTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * By what a change of the files is seen: time, size and inode, links followed. That works for files that are written,
 * renamed, mounted, or swapped by a link to their directory, as Kubernetes does.
 */
record Stamps(List<Optional<Stamp>> files) {

    private record Stamp(Object time, long size, @Nullable Object inode) {}

    static Stamps of(ControlTls files) {
        return new Stamps(Stream.of(files.certificates(), files.key(), files.authorities())
                .map(Stamps::of)
                .toList());
    }

    private static Optional<Stamp> of(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Stamp(now.lastModifiedTime(), now.size(), now.fileKey()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
