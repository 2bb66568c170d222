package io.slim.router.capability;

import io.slim.router.sys.ProcessRights;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks through all processes of the host for those that could misuse a host socket. Blocks: a system call or two for each process, four for each
 * of a container's, and some ten for each thread of those that share a network, pid or IPC namespace with one of the containers looked for, until
 * it has been found harmless. To be called by one thread at a time.
 *
 * <p>Only processes in containers count, that is, with another root directory than the router's. An operator's who has entered a container's network
 * ({@code nsenter}, {@code ip netns exec}) belong to the host: nobody in the container can make them take a socket.
 *
 * <p>Who is harmless stays so: what a thread holds or can gain never grows, nobody can go up to a user namespace above its own, and neither can what
 * it begins (capabilities(7), user_namespaces(7)). Nor can it enter a network namespace that is not its own user namespace's. So a process is looked
 * at again only as long as it could do harm.
 */
final class ProcessScan implements Scan {

    private static final Path PROC = Path.of("/proc");

    /** More of a process's threads are not looked at: nothing is known of such a process then. */
    private static final int MOST_THREADS = 10_000;

    private final ProcessRights rights;
    private final Object ownRoot;

    /** Those that all of their threads were found harmless. By their directories. */
    private Map<Path, Harmless> harmless = Map.of();

    ProcessScan(ProcessRights rights) throws IOException {
        this.rights = rights;
        this.ownRoot = root(PROC.resolve("self"));
    }

    /** Where a thread is, by the numbers of its namespaces. */
    private record Place(long network, long processes, long ipc) {}

    private record Harmless(Object identity, Place place) {}

    /**
     * A process, by a thread of it that lives: the first, as long as it does.
     *
     * @param place null if it cannot be read
     * @param known not null if it was found harmless before
     */
    private record Found(
            Path directory,
            Object identity,
            @Nullable Place place,
            @Nullable Harmless known) {
        private String pid() {
            return directory.getFileName().toString();
        }
    }

    /** A thread of a container. */
    private record Seen(String pid, Place place, Optional<String> capability) {}

    @Override
    public Map<Long, String> run(Set<Long> namespaces) throws IOException {
        List<Found> all = all();
        List<Seen> threads = new ArrayList<>();
        Map<Long, String> found = new HashMap<>();
        Map<Path, Harmless> stillHarmless = new HashMap<>();
        Set<Long> related = related(all, namespaces);
        for (Found process : all) {
            Place place = process.place();
            if (place == null) {
                anybodys(process, namespaces, found);
            } else if (process.known() != null) {
                stillHarmless.put(process.directory(), process.known());
                threads.add(new Seen(process.pid(), place, Optional.empty()));
            } else if (related.contains(place.network())
                    || related.contains(place.processes())
                    || related.contains(place.ipc())) {
                if (look(process, place, threads)) {
                    stillHarmless.put(process.directory(), new Harmless(process.identity(), place));
                }
            }
        }
        harmless = stillHarmless;
        judge(threads, found);
        found.keySet().retainAll(namespaces);
        if (found.values().stream().anyMatch(reason -> reason.endsWith(ProcessRights.UNREADABLE))) {
            ProcessRights.checkReadable();
        }
        return found;
    }

    /** Numbers of the processes that were found harmless and need not be looked at again. */
    Set<String> harmless() {
        return harmless.keySet().stream()
                .map(path -> path.getFileName().toString())
                .collect(Collectors.toSet());
    }

    /** All that are in a container, or may be. */
    private List<Found> all() throws IOException {
        List<Found> all = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, ProcessScan::isProcess)) {
            for (Path process : processes) {
                look(process).ifPresent(all::add);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return all;
    }

    private static boolean isProcess(Path file) {
        return Character.isDigit(file.getFileName().toString().charAt(0));
    }

    /** Empty if it is the host's, or has ended. */
    private Optional<Found> look(Path process) {
        try {
            Harmless known = harmless.get(process);
            return known != null && known.identity().equals(identity(process))
                    ? Optional.of(new Found(process, known.identity(), known.place(), known))
                    : found(process, process);
        } catch (IOException e) {
            return ProcessRights.isGone(process, e) ? lookAtOthers(process) : unreadable(process);
        }
    }

    private static Optional<Found> unreadable(Path process) {
        return Optional.of(new Found(process, process, null, null));
    }

    /** Of a thread that has ended nothing can be read but its status; those after it may go on. */
    private Optional<Found> lookAtOthers(Path process) {
        try {
            for (Path thread : ProcessRights.threads(process, MOST_THREADS)) {
                try {
                    return found(process, thread);
                } catch (IOException e) {
                    if (!ProcessRights.isGone(thread, e)) {
                        throw e;
                    }
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return ProcessRights.isGone(process, e) ? Optional.empty() : unreadable(process);
        }
    }

    private Optional<Found> found(Path process, Path thread) throws IOException {
        return root(thread).equals(ownRoot)
                ? Optional.empty()
                : Optional.of(new Found(process, identity(process), place(thread), null));
    }

    /** Another process of the same number has another: its directory is a file of its own (and may become another one while it lives). */
    private static Object identity(Path process) throws IOException {
        BasicFileAttributes directory = Files.readAttributes(process, BasicFileAttributes.class);
        return List.of(directory.fileKey(), directory.lastModifiedTime());
    }

    /** The namespaces that these containers are in: the network's, and the others of whoever is in that. No two have the same number. */
    private static Set<Long> related(List<Found> all, Set<Long> namespaces) {
        Set<Long> related = new HashSet<>(namespaces);
        for (Found process : all) {
            Place place = process.place();
            if (place != null && namespaces.contains(place.network())) {
                related.add(place.processes());
                related.add(place.ipc());
            }
        }
        return related;
    }

    /** Tells whether all its threads are harmless. One that began another and ended meanwhile may have been missed: then they are not the same. */
    private boolean look(Found process, Place place, List<Seen> seen) {
        try {
            List<Path> threads = ProcessRights.threads(process.directory(), MOST_THREADS);
            boolean allHarmless = true;
            for (Path thread : threads) {
                Optional<Seen> one = seen(process, place, thread);
                one.ifPresent(seen::add);
                allHarmless &= one.isPresent() && one.get().capability().isEmpty();
            }
            if (threads.size() < MOST_THREADS) {
                return allHarmless && threads.equals(ProcessRights.threads(process.directory(), MOST_THREADS));
            }
        } catch (IOException e) {
            if (ProcessRights.isGone(process.directory(), e)) {
                return false;
            }
        }
        seen.add(new Seen(process.pid(), place, Optional.of(ProcessRights.UNREADABLE)));
        return false;
    }

    /** Empty if it has ended. Where it is may be unknown; then it is where its process is. */
    private Optional<Seen> seen(Found process, Place usual, Path thread) {
        Optional<String> capability = rights.ofThread(thread);
        try {
            return Optional.of(new Seen(process.pid(), place(thread), capability));
        } catch (IOException e) {
            return ProcessRights.isGone(thread, e)
                    ? Optional.empty()
                    : Optional.of(new Seen(process.pid(), usual, Optional.of(ProcessRights.UNREADABLE)));
        }
    }

    private static void judge(List<Seen> threads, Map<Long, String> found) {
        Map<Long, Seen> processNamespaces = new HashMap<>();
        Map<Long, Seen> ipcNamespaces = new HashMap<>();
        for (Seen seen : threads) {
            if (seen.capability().isPresent()) {
                found.putIfAbsent(seen.place().network(), "its " + text(seen));
                processNamespaces.putIfAbsent(seen.place().processes(), seen);
                ipcNamespaces.putIfAbsent(seen.place().ipc(), seen);
            }
        }
        for (Seen seen : threads) {
            Place place = seen.place();
            shared(found, seen, "pid", processNamespaces.get(place.processes()));
            shared(found, seen, "IPC", ipcNamespaces.get(place.ipc()));
        }
    }

    private static void shared(Map<Long, String> found, Seen seen, String kind, @Nullable Seen capable) {
        if (capable != null) {
            found.putIfAbsent(seen.place().network(), "it shares its " + kind + " namespace with " + text(capable));
        }
    }

    private static String text(Seen capable) {
        return "process " + capable.pid() + ", which holds or can gain "
                + capable.capability().orElseThrow();
    }

    /** Nobody knows where it is: so it may be in any of them, unless it is among the host's. */
    private void anybodys(Found process, Set<Long> namespaces, Map<Long, String> found) {
        if (!ProcessRights.isBelow(process.directory())) {
            return;
        }
        rights.dangerous(process.directory(), MOST_THREADS)
                .ifPresent(capability -> namespaces.forEach(namespace -> found.putIfAbsent(
                        namespace,
                        "it may be the container of process " + process.pid()
                                + ", whose namespaces cannot be read and which holds or can gain " + capability)));
    }

    private static Place place(Path thread) throws IOException {
        return new Place(
                ProcessRights.namespace(thread.resolve("ns/net")),
                ProcessRights.namespace(thread.resolve("ns/pid")),
                ProcessRights.namespace(thread.resolve("ns/ipc")));
    }

    /** Its device and inode. */
    private static Object root(Path process) throws IOException {
        return Files.readAttributes(process.resolve("root"), BasicFileAttributes.class)
                .fileKey();
    }
}
