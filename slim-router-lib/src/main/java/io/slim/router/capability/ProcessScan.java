package io.slim.router.capability;

import io.slim.router.sys.ProcessRights;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks through all processes of the host for those that could misuse a host socket. Blocks: some ten system calls for each process.
 *
 * <p>Only processes in containers count, that is, with another root directory than the router's. An operator's who has entered a container's network
 * ({@code nsenter}, {@code ip netns exec}) belong to the host: nobody in the container can make them take a socket.
 */
final class ProcessScan {

    private static final Path PROC = Path.of("/proc");

    private final ProcessRights rights;
    private final Object ownRoot;

    ProcessScan(ProcessRights rights) throws IOException {
        this.rights = rights;
        this.ownRoot = root(PROC.resolve("self"));
    }

    private record Seen(int pid, long network, long processes, long ipc, Optional<String> capability) {}

    /**
     * Why the containers in these network namespaces must not have host sockets.
     *
     * @param namespaces numbers of network namespaces
     * @return reasons by namespace; those that may are not in it
     */
    Map<Long, String> run(Set<Long> namespaces) throws IOException {
        List<Seen> all = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                look(process, namespaces).ifPresent(all::add);
            }
        }
        Map<Long, String> found = new HashMap<>();
        Map<Long, Seen> processNamespaces = new HashMap<>();
        Map<Long, Seen> ipcNamespaces = new HashMap<>();
        for (Seen seen : all) {
            if (seen.capability().isPresent()) {
                found.putIfAbsent(seen.network(), "its " + text(seen));
                processNamespaces.putIfAbsent(seen.processes(), seen);
                ipcNamespaces.putIfAbsent(seen.ipc(), seen);
            }
        }
        for (Seen seen : all) {
            shared(found, seen, "pid", processNamespaces.get(seen.processes()));
            shared(found, seen, "IPC", ipcNamespaces.get(seen.ipc()));
        }
        found.keySet().retainAll(new HashSet<>(namespaces));
        return found;
    }

    private static void shared(Map<Long, String> found, Seen seen, String kind, Seen capable) {
        if (capable != null) {
            found.putIfAbsent(seen.network(), "it shares its " + kind + " namespace with " + text(capable));
        }
    }

    private static String text(Seen capable) {
        return "process " + capable.pid() + ", which holds or can gain "
                + capable.capability().orElseThrow();
    }

    /** Empty if it is of no concern, or has ended. */
    private Optional<Seen> look(Path process, Set<Long> namespaces) {
        try {
            long network = ProcessRights.namespace(process.resolve("ns/net"));
            Optional<String> capability = rights.dangerous(process);
            if ((capability.isEmpty() && !namespaces.contains(network))
                    || root(process).equals(ownRoot)) {
                return Optional.empty();
            }
            return Optional.of(new Seen(
                    Integer.parseInt(process.getFileName().toString()),
                    network,
                    ProcessRights.namespace(process.resolve("ns/pid")),
                    ProcessRights.namespace(process.resolve("ns/ipc")),
                    capability));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Its device and inode. */
    private static Object root(Path process) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(process.resolve("root"), "unix:dev,ino");
        return List.of(attributes.get("dev"), attributes.get("ino"));
    }
}
