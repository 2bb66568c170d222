package io.slim.router.sys;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Looks for processes by their network namespace, through /proc (proc(5)): one symbolic link for each process of the host. */
public final class NetworkNamespaceSearch {

    private NetworkNamespaceSearch() {}

    /**
     * Some process in each of the namespaces.
     *
     * @param namespaces numbers, see {@link PeerProcess#networkNamespace}
     * @return process ids by namespace; namespaces without a process that can be seen are left out
     */
    public static Map<Long, Integer> processesIn(Set<Long> namespaces) throws IOException {
        Map<Long, Integer> found = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                long namespace = namespaceOf(process);
                if (namespaces.contains(namespace)) {
                    found.putIfAbsent(
                            namespace, Integer.valueOf(process.getFileName().toString()));
                }
                if (found.size() == namespaces.size()) {
                    return found;
                }
            }
        }
        return found;
    }

    /** 0 for a process that has ended meanwhile, or is another user's. */
    private static long namespaceOf(Path process) {
        try {
            return NetworkNamespaces.inode(process.resolve("ns/net"));
        } catch (IOException e) {
            return 0;
        }
    }
}
