package io.slim.api.status;

import io.slim.api.event.Reason;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happened since a router's start. Numbers only grow.
 *
 * @param connects connections that containers asked for, by decision; {@link Reason#NONE} are host sockets, the others went
 *     over the overlay. Has every reason
 * @param listens shadows that containers asked for, by decision; {@link Reason#NONE} are shadows. Has every reason
 * @param others what else is counted, by a name in small letters with underscores; see {@code docs/operation.md}
 * @param decisions how long decisions about connections took
 */
public record RouterCounters(
        Map<Reason, Long> connects, Map<Reason, Long> listens, Map<String, Long> others, DecisionTimes decisions) {

    /** Copies the maps. */
    public RouterCounters {
        connects = Collections.unmodifiableMap(new EnumMap<>(connects));
        listens = Collections.unmodifiableMap(new EnumMap<>(listens));
        others = Collections.unmodifiableMap(new TreeMap<>(others));
    }
}
