package io.slim.nri.pods;

import io.slim.nri.protocol.Nri.LinuxNamespace;
import io.slim.nri.protocol.Nri.PodSandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A pod as the runtime tells of it. */
record NriPod(PodSandbox told) {

    String id() {
        return told.getId();
    }

    /** For people. */
    String name() {
        return told.getNamespace() + "/" + told.getName();
    }

    /** Whether its containers use the host's network. */
    boolean isOnHostNetwork() {
        return told.getLinux().getNamespacesList().stream()
                .noneMatch(namespace -> namespace.getType().equals("network"));
    }

    /** Where its network namespace is mounted; empty if that cannot be told, or is not to be seen from here. */
    Optional<Path> mountedNamespace() {
        return told.getLinux().getNamespacesList().stream()
                .filter(namespace -> namespace.getType().equals("network"))
                .map(LinuxNamespace::getPath)
                .filter(path -> path.startsWith("/"))
                .map(Path::of)
                .filter(Files::exists)
                .findFirst();
    }

    /** Of a container's directories those that other pods may have as well: not those that were made for this one. */
    Set<String> sharedByOthers(Set<String> places) {
        return places.stream()
                .filter(place -> !place.contains("/pods/" + told.getUid() + "/") && !place.contains("/" + id() + "/"))
                .collect(Collectors.toSet());
    }

    /** The process that holds its namespaces; 0 if there is none. */
    int process() {
        return told.getPid();
    }

    /** Where its network namespace is; empty if it has ended, or is not to be seen from here. */
    Optional<Path> namespace() {
        return mountedNamespace().or(() -> Optional.of(Path.of("/proc", Integer.toString(process()), "ns/net"))
                .filter(path -> process() != 0)
                .filter(Files::exists));
    }
}
