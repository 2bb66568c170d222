package io.slim.shim;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;

/**
 * Writes the shim to a place from which programs and containers can load it.
 *
 * <p>The path contains the SHA-256 of the content, so that a new version never changes a file that running processes have mapped, and installing
 * the same version again does nothing. Files are never deleted: a container that is started with a path may start further programs with it at any time.
 *
 * <p>Stateless and safe for use by several threads and processes at once.
 */
public final class ShimInstaller {
    private static final String NAME = "libslim.so";
    private static final Set<PosixFilePermission> READ_AND_EXECUTE = PosixFilePermissions.fromString("r-xr-xr-x");
    private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));

    private ShimInstaller() {}

    /**
     * Installs the shim for this machine's architecture.
     *
     * @param stateDirectory where Slim keeps its state, such as {@code /var/lib/slim}; made if it is not there. Not
     *     under {@code /run} on hosts that mount it {@code noexec}, as Debian does: a library there could not be mapped
     * @return the absolute path of the installed library, {@code <stateDirectory>/lib/<sha256>/libslim.so}
     * @throws IOException if there is no shim for this architecture, the directory cannot be written, others may write to it, or its file
     *     system is mounted {@code noexec}
     */
    public static Path install(Path stateDirectory) throws IOException {
        byte[] content = packaged(architecture());
        Path directory =
                stateDirectory.toAbsolutePath().normalize().resolve("lib").resolve(sha256(content));
        Files.createDirectories(directory, DIRECTORY);
        refuseWritableByOthers(directory);
        Mounts.refuseNoexec(directory);
        Path target = directory.resolve(NAME);
        if (!isInstalled(target, content)) {
            write(directory, target, content);
        }
        return target;
    }

    /** The kernel's name for this machine's architecture, as {@code uname -m} prints it. */
    static String architecture() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "aarch64";
            default -> name;
        };
    }

    private static byte[] packaged(String architecture) throws IOException {
        String resource = "META-INF/native/linux-" + architecture + "/" + NAME;
        ClassLoader loader = Objects.requireNonNull(ShimInstaller.class.getClassLoader());
        try (InputStream in = loader.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("no shim for this architecture: " + architecture + " (looked for " + resource
                        + "; expected x86_64 or aarch64)");
            }
            return in.readAllBytes();
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static boolean isInstalled(Path target, byte[] content) throws IOException {
        return Files.isRegularFile(target) && Arrays.equals(Files.readAllBytes(target), content);
    }

    /** Whoever can write the library runs code in every container. */
    private static void refuseWritableByOthers(Path directory) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
        if (permissions.contains(PosixFilePermission.OTHERS_WRITE)
                || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
            throw new IOException("directory of the shim: " + directory + " may be written by others ("
                    + PosixFilePermissions.toString(permissions) + "; expected: rwxr-xr-x)");
        }
    }

    private static void write(Path directory, Path target, byte[] content) throws IOException {
        Path temporary = Files.createTempFile(directory, NAME, ".new");
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(content));
                channel.force(true);
            }
            Files.setPosixFilePermissions(temporary, READ_AND_EXECUTE);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(
                    "directory of the shim: " + directory + " cannot rename atomically (expected: a local file system)",
                    e);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
