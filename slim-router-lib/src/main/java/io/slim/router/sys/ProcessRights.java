package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which processes could change the host's network with a socket of it: those that hold {@code CAP_NET_ADMIN} or {@code CAP_SYS_ADMIN}, or can gain
 * it, in the user namespace that this network namespace belongs to. The kernel asks for it there, and not in the namespace of the
 * caller (capabilities(7), user_namespaces(7); {@code dev_ioctl} in net/core). To gain it takes a file with that capability or a set-user-ID
 * program, which the bounding set allows unless {@code no_new_privs} is set.
 */
public final class ProcessRights {

    /** What counts, with its number. */
    public static final Map<String, Integer> DANGEROUS =
            new TreeMap<>(Map.of("CAP_NET_ADMIN", 12, "CAP_SYS_ADMIN", 21));

    private static final int NS_GET_USERNS = 0xb701;

    /** Numbers of the user namespaces in which it counts. */
    private final Set<Long> owners;

    private ProcessRights(Set<Long> owners) {
        this.owners = owners;
    }

    /** For the network namespace of this process. */
    public static ProcessRights here() throws IOException {
        Set<Long> owners = new HashSet<>();
        owners.add(namespace(Path.of("/proc/self/ns/user")));
        FileDescriptor own = Descriptors.openReadOnly(Path.of("/proc/self/ns/net"));
        try {
            int owner = Libc.INSTANCE.ioctl(own.intValue(), NS_GET_USERNS, null);
            // It may be above this process's own, which then cannot be seen and has no processes that can be.
            if (owner >= 0) {
                owners.add(namespace(Path.of("/proc/self/fd", Integer.toString(owner))));
                Descriptors.close(new FileDescriptor(owner));
            }
        } finally {
            Descriptors.close(own);
        }
        return new ProcessRights(owners);
    }

    /**
     * The most telling of what a process holds or can gain; empty if it is harmless, or gone.
     *
     * @param process its directory in /proc
     */
    public Optional<String> dangerous(Path process) {
        try {
            long gainable = gainable(Files.readAllLines(process.resolve("status")));
            Optional<String> found = DANGEROUS.entrySet().stream()
                    .filter(capability -> (gainable >>> capability.getValue() & 1) != 0)
                    .map(Map.Entry::getKey)
                    .findFirst();
            return found.isPresent() && countsHere(process) ? found : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whose user namespace cannot be read is not believed to be harmless. */
    private boolean countsHere(Path process) {
        try {
            return owners.contains(namespace(process.resolve("ns/user")));
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** The number of a namespace: the inode that a link in {@code /proc/PID/ns} leads to (namespaces(7)). */
    public static long namespace(Path link) throws IOException {
        return (Long) Files.getAttribute(link, "unix:ino");
    }

    /** From the lines of {@code /proc/PID/status}, see proc(5). */
    static long gainable(List<String> status) {
        long held = 0;
        long granted = 0;
        boolean nothingNew = false;
        for (String line : status) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String value = line.substring(colon + 1).strip();
            switch (line.substring(0, colon)) {
                case "CapPrm", "CapEff", "CapAmb" -> held |= Long.parseUnsignedLong(value, 16);
                case "CapInh", "CapBnd" -> granted |= Long.parseUnsignedLong(value, 16);
                case "NoNewPrivs" -> nothingNew = value.equals("1");
                default -> {
                    // Of no concern.
                }
            }
        }
        return nothingNew ? held : held | granted;
    }
}
