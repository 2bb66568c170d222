package io.slim.router.gateway;

import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The place of a UNIX socket in the file system: made free before, given rights, cleared away after. */
public final class SocketPath {

    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;

    private final Path path;
    private final String permissions;
    private long inode;

    /** For a socket to which every user may connect: who may do what is decided by what the kernel says about the caller. */
    SocketPath(Path path) {
        this(path, "rw-rw-rw-");
    }

    /** For a socket with these permissions, written as {@code ls} does. */
    public SocketPath(Path path, String permissions) {
        this.path = path;
        this.permissions = permissions;
    }

    /** Where it is. */
    public File file() {
        return path.toFile();
    }

    /**
     * Removes a socket that nobody serves any more.
     *
     * @throws IOException if something else is there, or if somebody serves it
     */
    public void makeFree() throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & S_IFMT) != S_IFSOCK) {
            throw new IOException(
                    "socket " + path + ": a file that is no socket is there; remove it, or choose another path");
        }
        if (isServed()) {
            throw new IOException(
                    "socket " + path + ": another router serves it; stop that one, or choose another path");
        }
        Files.delete(path);
    }

    private boolean isServed() throws IOException {
        try {
            SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
            return true;
        } catch (ConnectException stale) {
            return false;
        }
    }

    /** The socket is there: sets its permissions. */
    public void bound() throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        inode = inode();
    }

    /** Removes the socket if it is still the one that was bound. */
    public void remove() throws IOException {
        if (inode != 0 && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && inode() == inode) {
            Files.delete(path);
        }
        inode = 0;
    }

    private long inode() throws IOException {
        return (Long) Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
