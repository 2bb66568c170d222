package io.slim.router.container;

import io.slim.api.RouterConfig;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the peer tables: one for each container, named after its network namespace. They outlive the router, so that the next
 * one writes where the shims are reading already.
 */
final class PeerTables {

    private static final Logger LOG = LoggerFactory.getLogger(PeerTables.class);
    private static final String PREFIX = "peers-";

    private final Path directory;
    private final int sets;
    private final long startNanos = System.nanoTime();
    private boolean recovering = true;

    PeerTables(RouterConfig config) {
        directory = config.stateDirectory();
        sets = config.limits().peerTableSets();
    }

    /** A container's table: until the end of the recovery the one it had, else a new one. */
    PeerTable open(long namespace) throws IOException {
        Path file = directory.resolve(PREFIX + namespace);
        if (recovering) {
            try {
                return PeerTable.resume(file, sets, this::seconds);
            } catch (IOException e) {
                LOG.info("container net:{} gets a new peer table: {}", namespace, e.toString());
            }
        }
        return PeerTable.create(file, sets, this::seconds);
    }

    private long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
    }

    /** Deletes the files of all other containers: a namespace's number may be given to another container later. */
    void endRecovery(Set<Long> namespaces) {
        recovering = false;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (Path file : files) {
                if (!namespaces.contains(namespace(file))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("{}: peer tables that nobody needs may be left: {}", directory, e.toString());
        }
    }

    private static long namespace(Path file) {
        try {
            return Long.parseLong(file.getFileName().toString().substring(PREFIX.length()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
