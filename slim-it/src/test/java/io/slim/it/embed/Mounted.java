package io.slim.it.embed;

import io.slim.testbed.Container;
import io.slim.testbed.Finished;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs programs with the shim in a container as its runtime has made it: a socket directory is mounted in it, read-only. */
final class Mounted {

    private final Container container;
    private final List<String> prefix;

    /** Normally the directory is the container's own. */
    Mounted(TestBed bed, Container container, Container directoryOf) {
        this.container = container;
        Path place = bed.directory().resolve("mounted-" + container.name());
        try {
            Files.createDirectories(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        prefix = List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -o bind,ro \"$0\" \"$1\" && export SLIM_SOCKET=\"$1/slim.sock\" && shift && exec \"$@\"",
                Embedded.directoryOf(bed, directoryOf).toString(),
                place.toString());
    }

    Running start(String... command) {
        return container.slim().start(with(command));
    }

    Finished exec(String... command) {
        return container.slim().exec(with(command));
    }

    private String[] with(String... command) {
        return Stream.concat(prefix.stream(), Stream.of(command)).toArray(String[]::new);
    }
}
