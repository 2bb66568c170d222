package io.slim.router.sys;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
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

    /** Said of what is no better than the worst. */
    public static final String UNREADABLE = "what cannot be read";

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
     * The most telling of what a process, with all its threads, holds or can gain; empty if it is harmless, or gone. Reads
     * a file for each thread.
     *
     * @param process its directory in /proc
     * @param most so many threads are looked at; the others are believed to be harmless
     */
    public Optional<String> dangerous(Path process, int most) {
        try {
            for (Path thread : threads(process, most)) {
                Optional<String> found = ofThread(thread);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return isGone(process, e) ? Optional.empty() : Optional.of(UNREADABLE);
        }
    }

    /**
     * The same for one thread alone: each has sets of its own (capabilities(7)), and its process goes on when the first has ended.
     *
     * @param thread its directory in /proc, or below that of its process
     */
    public Optional<String> ofThread(Path thread) {
        try {
            List<String> status = lines(thread);
            if (hasEnded(status)) {
                return Optional.empty();
            }
            if (status.stream().noneMatch(line -> line.startsWith("CapPrm:"))) {
                return Optional.of(UNREADABLE);
            }
            long gainable = gainable(status);
            Optional<String> found = DANGEROUS.entrySet().stream()
                    .filter(capability -> (gainable >>> capability.getValue() & 1) != 0)
                    .map(Map.Entry::getKey)
                    .findFirst();
            return found.isPresent() && countsHere(thread) ? found : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return isGone(thread, e) ? Optional.empty() : Optional.of(UNREADABLE);
        }
    }

    /**
     * The directories of the first of a process's threads.
     *
     * @throws IOException if they cannot be read; see {@link #isGone}
     */
    public static List<Path> threads(Path process, int most) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(process.resolve("task"))) {
            List<Path> threads = new ArrayList<>();
            Iterator<Path> each = all.iterator();
            while (threads.size() < most && each.hasNext()) {
                threads.add(each.next());
            }
            return threads;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Whether a process has more threads than that, or may have. */
    public static boolean hasMoreThreads(Path process, int than) {
        try {
            return threads(process, than + 1).size() > than;
        } catch (IOException e) {
            return !isGone(process, e);
        }
    }

    /** Whether a process is in a pid namespace below that of /proc, or may be; its status may be read by those who may not read its namespaces. */
    public static boolean isBelow(Path process) {
        try {
            return lines(process).stream()
                    .filter(line -> line.startsWith("NSpid:\t"))
                    .noneMatch(line -> line.indexOf('\t') == line.lastIndexOf('\t'));
        } catch (IOException e) {
            return !isGone(process, e);
        }
    }

    /** Whether something could not be read for the reason that its process, or thread, has ended (ENOENT; ESRCH if that was while reading). */
    public static boolean isGone(Path process, Exception why) {
        return why instanceof NoSuchFileException || Files.notExists(process);
    }

    /**
     * Tells a process that cannot be read from a router that can read nothing (it has no descriptor left, say).
     *
     * @throws IOException if it cannot read what is its own
     */
    public static void checkReadable() throws IOException {
        lines(Path.of("/proc/self"));
    }

    /** A name may have any bytes but the end of a line, which alone is escaped: so neither the bytes nor other ends of lines mean anything. */
    private static List<String> lines(Path process) throws IOException {
        return List.of(
                new String(Files.readAllBytes(process.resolve("status")), StandardCharsets.ISO_8859_1).split("\n", -1));
    }

    private static boolean hasEnded(List<String> status) {
        return status.stream().anyMatch(line -> line.startsWith("State:\tZ") || line.startsWith("State:\tX"));
    }

    /** Whose user namespace cannot be read is not believed to be harmless. */
    private boolean countsHere(Path thread) {
        try {
            return owners.contains(namespace(thread.resolve("ns/user")));
        } catch (IOException e) {
            return !isGone(thread, e);
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
