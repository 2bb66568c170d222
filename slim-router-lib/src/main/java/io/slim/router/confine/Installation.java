package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.KernelFeatures;
import io.slim.router.sys.NetworkNamespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a router has put up on the host: its cgroup, and its pins in bpffs. One router at a time has it: the pins' directory is locked.
 *
 * <p>It is named after the network namespace, the host's address and the layout of the maps, so that it is found again after a restart, and is not taken for its own
 * by a router that would not understand it.
 */
final class Installation implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);
    private static final String DYING = "nr_dying_descendants ";
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Path pins;
    private final CgroupPlace cgroups;
    private final FileDescriptor lock;
    private final Programs programs;

    private Installation(Path pins, CgroupPlace cgroups, FileDescriptor lock, Programs programs) {
        this.pins = pins;
        this.cgroups = cgroups;
        this.lock = lock;
        this.programs = programs;
    }

    static Installation make(Requirements.Found host, ConfinementConfig config) throws IOException {
        String name = name(config.hostAddress());
        Path pins = host.pins().resolve("slim").resolve(name);
        Files.createDirectories(
                pins, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileDescriptor lock = Descriptors.openReadOnly(pins);
        try {
            if (!Descriptors.tryLock(lock)) {
                throw new IOException("another router has " + pins + " (is one running for this host address?)");
            }
            CgroupPlace cgroups = CgroupPlace.make(host.cgroups(), name);
            return new Installation(pins, cgroups, lock, Programs.load(host, config, pins, cgroups.vault()));
        } catch (IOException | RuntimeException e) {
            Descriptors.close(lock);
            throw e;
        }
    }

    /** No dots: bpffs keeps such names for itself. */
    private static String name(InetAddress address) throws IOException {
        long cookie = KernelFeatures.namespaceCookie();
        String namespace = cookie != 0 ? "n" + cookie : "i" + NetworkNamespaces.own();
        return namespace + "-" + address.getHostAddress().replaceAll("[^0-9a-f]", "-") + "-v" + Layout.VERSION;
    }

    Programs programs() {
        return programs;
    }

    CgroupPlace cgroups() {
        return cgroups;
    }

    /** Removes places of containers that are not known by these names and in which nothing runs. */
    void removeUnknownPlaces(Set<String> known) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(cgroups.vault(), Files::isDirectory)) {
            for (Path place : all) {
                if (!known.contains(String.valueOf(place.getFileName()))) {
                    CgroupPlace.remove(place);
                }
            }
        } catch (IOException e) {
            LOG.debug("places of containers cannot be listed", e);
        }
    }

    /**
     * Removes everything, if no socket is left that it confines. A socket keeps its cgroup in being after that was removed, as a dying one (cgroup.stat in
     * Documentation/admin-guide/cgroup-v2), and the programs with it: they must not be taken from it. Waits a little, since the kernel
     * takes its time over what was closed just now.
     */
    void removeIfUnused() {
        long end = System.nanoTime() + MOST_NANOS;
        try {
            removeUnknownPlaces(Set.of());
            while (isInUse()) {
                if (System.nanoTime() - end > 0) {
                    LOG.info("pins={} stay: there are sockets that they confine", pins);
                    return;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
                removeUnknownPlaces(Set.of());
            }
            cgroups.removeAll();
            Programs.unpin(pins);
            CgroupPlace.remove(pins.getParent() == null ? pins : pins.getParent());
        } catch (IOException e) {
            LOG.warn("pins={} cannot be removed: {}", pins, e.getMessage());
        }
    }

    private boolean isInUse() throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(cgroups.vault(), Files::isDirectory)) {
            if (all.iterator().hasNext()) {
                return true;
            }
        }
        for (String line : Files.readAllLines(cgroups.vault().resolve("cgroup.stat"))) {
            if (line.startsWith(DYING)) {
                return !line.substring(DYING.length()).equals("0");
            }
        }
        return true;
    }

    /** Lets go of it; all stays in force. */
    @Override
    public void close() {
        programs.close();
        Descriptors.close(lock);
    }
}
