package io.slim.router.confine;

import java.util.List;
import java.util.Map;

/**
 * What the kernel has counted since its programs were loaded, and how full its maps are.
 *
 * @param denials by reason, such as {@code connect-unknown}; reasons that never occurred have 0
 * @param containers admitted ones
 * @param maps entries and room by map
 */
public record ConfinementStatus(Map<String, Long> denials, List<ContainerUse> containers, Map<String, MapFill> maps) {

    /** Copies. */
    public ConfinementStatus {
        denials = Map.copyOf(denials);
        containers = List.copyOf(containers);
        maps = Map.copyOf(maps);
    }

    /**
     * What one container has.
     *
     * @param name of the container
     * @param sockets client sockets and shadows that are not closed
     * @param connects let through
     * @param unknown connects to destinations that the kernel did not know (ENOLINK)
     * @param accepted connections that its shadows took
     */
    public record ContainerUse(String name, long sockets, long connects, long unknown, long accepted) {}

    /**
     * How full a map is.
     *
     * @param entries that it has
     * @param room for so many
     */
    public record MapFill(long entries, long room) {}
}
