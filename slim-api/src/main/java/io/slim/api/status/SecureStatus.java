package io.slim.api.status;

import java.util.List;
import java.util.Map;

/**
 * What a router in secure mode and its kernel have. Immutable.
 *
 * @param grants given to clients: pairs of client and listener that may connect past the overlay
 * @param ways pairs of container and destination that the kernel leads past the overlay
 * @param denials what the kernel has refused since its programs were loaded, by reason; reasons that never occurred have 0
 * @param maps how full each of the kernel's maps is
 * @param containers what each container has in the kernel, the router's own trials left out
 */
public record SecureStatus(
        int grants, int ways, Map<String, Long> denials, Map<String, MapUse> maps, List<ContainerUse> containers) {

    /** Copies. */
    public SecureStatus {
        denials = Map.copyOf(denials);
        maps = Map.copyOf(maps);
        containers = List.copyOf(containers);
    }

    /**
     * What a container has in the kernel, counted there.
     *
     * @param name of the container
     * @param sockets host sockets that are not closed: clients and shadows, not accepted ones
     * @param connects let through past the overlay
     * @param unknown connects to destinations that the kernel knew no way to, so that the router was asked
     * @param accepted connections that its shadows took
     */
    public record ContainerUse(String name, long sockets, long connects, long unknown, long accepted) {}

    /**
     * How full a map is.
     *
     * @param entries that it has
     * @param room for so many
     */
    public record MapUse(long entries, long room) {}
}
