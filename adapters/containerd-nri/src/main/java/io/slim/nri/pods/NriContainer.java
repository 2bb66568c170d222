package io.slim.nri.pods;

import io.slim.nri.protocol.Nri.Container;
import io.slim.oci.Addition;
import io.slim.oci.ContainerDescription;
import io.slim.oci.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container as the runtime tells of it. Where its root file system is, no runtime tells; once it has a process, the kernel
 * knows.
 *
 * @param hasNetworkNamespace whether its pod has one: of containers runtimes tell of one also when it is the host's
 */
record NriContainer(Container told, boolean hasNetworkNamespace) implements ContainerDescription {

    @Override
    public Map<String, String> annotations() {
        return told.getAnnotationsMap();
    }

    @Override
    public Optional<String> variable(String name) {
        String start = name + "=";
        return told.getEnvList().stream()
                .filter(entry -> entry.startsWith(start))
                .map(entry -> entry.substring(start.length()))
                .findFirst();
    }

    @Override
    public List<String> arguments() {
        return told.getArgsList();
    }

    @Override
    public String workingDirectory() {
        return "/";
    }

    @Override
    public Optional<String> rootPath() {
        return told.getPid() == 0
                ? Optional.empty()
                : Optional.of(Path.of("/proc", Integer.toString(told.getPid()), "root")
                        .toString());
    }

    /** Of one that is running none: they are in its root file system already. */
    @Override
    public List<Mount> mounts() {
        return told.getPid() != 0
                ? List.of()
                : told.getMountsList().stream()
                        .map(mount -> new Mount(mount.getDestination(), mount.getType(), mount.getSource()))
                        .toList();
    }

    /** Where on the host the socket directory is that it has been given; empty if it has none. */
    Optional<Path> socketDirectory() {
        return mountAt(Addition.SHIM).flatMap(shim -> mountAt(Addition.SOCKET_DIRECTORY));
    }

    private Optional<Path> mountAt(String destination) {
        return told.getMountsList().stream()
                .filter(mount -> mount.getDestination().equals(destination))
                .map(mount -> Path.of(mount.getSource()))
                .findFirst();
    }
}
