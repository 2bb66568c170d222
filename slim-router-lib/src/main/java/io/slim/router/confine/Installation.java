package io.slim.router.confine;

import io.netty.channel.unix.FileDescriptor;
import io.slim.router.sys.Descriptors;
import io.slim.router.sys.KernelFeatures;
import io.slim.router.sys.LibBpf;
import io.slim.router.sys.NetworkNamespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
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
    private static final int LOCK_TRIES = 10;
    private static final long LOCK_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final LibBpf bpf;
    private final Path pins;
    private final CgroupPlace cgroups;
    private final FileDescriptor lock;
    private final Programs programs;

    private Installation(LibBpf bpf, Path pins, CgroupPlace cgroups, FileDescriptor lock, Programs programs) {
        this.bpf = bpf;
        this.pins = pins;
        this.cgroups = cgroups;
        this.lock = lock;
        this.programs = programs;
    }

    static Installation make(Requirements.Found host, ConfinementConfig config) throws IOException {
        String name = name(config.hostAddress());
        Path pins = host.pins().resolve("slim").resolve(name);
        FileDescriptor lock = lock(pins);
        try {
            CgroupPlace cgroups = CgroupPlace.make(host.cgroups(), name);
            Programs programs = Programs.load(host, config, pins, cgroups.vault());
            return new Installation(host.bpf(), pins, cgroups, lock, programs);
        } catch (IOException | RuntimeException e) {
            Descriptors.close(lock);
            throw e;
        }
    }

    /** Makes the directory and takes hold of it. A router that starts at the same time may take it for a leftover, and remove it in between. */
    private static FileDescriptor lock(Path pins) throws IOException {
        for (int tries = 1; ; tries++) {
            FileDescriptor lock = null;
            try {
                Files.createDirectories(
                        pins, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                lock = Descriptors.openReadOnly(pins);
                if (!locked(lock)) {
                    throw new IOException("another router has " + pins + " (is one running for this host address?)");
                }
                if (isStill(pins, lock)) {
                    return lock;
                }
                throw new NoSuchFileException(pins.toString());
            } catch (IOException e) {
                if (lock != null) {
                    Descriptors.close(lock);
                }
                if (tries == LOCK_TRIES || Files.exists(pins)) {
                    throw e;
                }
            }
        }
    }

    private static boolean isStill(Path directory, FileDescriptor opened) {
        try {
            return Files.isSameFile(directory, Path.of("/proc/self/fd", "" + opened.intValue()));
        } catch (IOException gone) {
            return false;
        }
    }

    /** A router that looks whether this one is left over has it for a moment. */
    private static boolean locked(FileDescriptor lock) {
        for (int tries = 0; tries < LOCK_TRIES; tries++) {
            if (Descriptors.tryLock(lock)) {
                return true;
            }
            LockSupport.parkNanos(LOCK_PAUSE_NANOS);
        }
        return false;
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

    List<Path> places() {
        return List.of(pins, Objects.requireNonNull(cgroups.vault().getParent()));
    }

    CgroupPlace cgroups() {
        return cgroups;
    }

    /** Removes the places of containers in which nothing runs. */
    void removeEmptyPlaces() {
        try {
            cgroups.removeEmpty();
        } catch (IOException e) {
            LOG.debug("places of containers cannot be listed", e);
        }
    }

    /**
     * Removes everything, if no socket is left that it confines. Waits a little, since the kernel takes its time over what was closed just now.
     */
    void removeIfUnused() {
        long end = System.nanoTime() + MOST_NANOS;
        try {
            while (!removeIfUnused(pins, cgroups)) {
                if (System.nanoTime() - end > 0) {
                    LOG.info("pins={} stay: there are sockets that they confine", pins);
                    return;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            LOG.warn("pins={} cannot be removed: {}", pins, e.getMessage());
        }
    }

    /**
     * The same for what other routers have left behind which ended without warning, and whose sockets are gone: with their network namespaces, say. A router
     * that is running has its directory locked.
     */
    void removeLeftovers() {
        Path all = Objects.requireNonNull(pins.getParent());
        try (DirectoryStream<Path> routers = Files.newDirectoryStream(all, Files::isDirectory)) {
            for (Path other : routers) {
                if (!other.equals(pins)) {
                    removeLeftover(other);
                }
            }
        } catch (IOException e) {
            LOG.debug("what other routers have left cannot be listed", e);
        }
    }

    private void removeLeftover(Path other) throws IOException {
        FileDescriptor held = Descriptors.openReadOnly(other);
        try {
            CgroupPlace place = cgroups.of(String.valueOf(other.getFileName()));
            if (Descriptors.tryLock(held) && removeIfUnused(other, place)) {
                LOG.info("pins={} were left by a router that is gone, and are removed", other);
            }
        } finally {
            Descriptors.close(held);
        }
    }

    /**
     * A socket keeps its cgroup in being after that was removed, as a dying one (cgroup.stat in Documentation/admin-guide/cgroup-v2), and the programs with it: they
     * must not be taken from it.
     */
    private boolean removeIfUnused(Path pins, CgroupPlace cgroups) throws IOException {
        cgroups.removeEmpty();
        if (cgroups.isInUse() || Links.areAttachedElsewhere(bpf, pins, cgroups.vault())) {
            return false;
        }
        cgroups.remove();
        Links.unpin(pins);
        CgroupPlace.remove(Objects.requireNonNull(pins.getParent()));
        return true;
    }

    /** Lets go of it; all stays in force. */
    @Override
    public void close() {
        programs.close();
        Descriptors.close(lock);
    }
}
