package io.slim.api.status;

import java.util.Map;

/**
 * What a router in secure mode and its kernel have. Immutable.
 *
 * @param grants given to clients: pairs of client and listener that may connect past the overlay
 * @param ways pairs of container and destination that the kernel leads past the overlay
 * @param denials what the kernel has refused since its programs were loaded, by reason; reasons that never occurred have 0
 * @param maps how full each of the kernel's maps is
 */
public record SecureStatus(int grants, int ways, Map<String, Long> denials, Map<String, MapUse> maps) {

    /** Copies the maps. */
    public SecureStatus {
        denials = Map.copyOf(denials);
        maps = Map.copyOf(maps);
    }

    /**
     * How full a map is.
     *
     * @param entries that it has
     * @param room for so many
     */
    public record MapUse(long entries, long room) {}
}
