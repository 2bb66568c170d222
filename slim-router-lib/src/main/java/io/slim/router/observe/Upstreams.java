package io.slim.router.observe;

import io.slim.api.Endpoint;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many connections the containers of this host have opened to each overlay endpoint, by path. Bounded: who was not heard of
 * for longest makes room for others. Only the event loop touches it.
 */
public final class Upstreams {

    /** How many endpoints are told apart. */
    public static final int MOST = 1024;

    private final Counters counters;
    private final Map<Endpoint, long[]> totals = new LinkedHashMap<>(MOST, 0.75f, true);

    /** Nothing happened yet. */
    @Inject
    public Upstreams(Counters counters) {
        this.counters = counters;
    }

    /**
     * What became of connections to one endpoint.
     *
     * @param hostPath how many took the host path
     * @param overlay how many were told to take the overlay; a shim that knows remembers that for up to a second, and does not ask again
     */
    public record Count(long hostPath, long overlay) {}

    /** Connections took the host path. */
    public void tookHostPath(Endpoint upstream, long connections) {
        of(upstream)[0] += connections;
    }

    /** A connection was told to take the overlay. */
    public void tookOverlay(Endpoint upstream) {
        of(upstream)[1]++;
    }

    private long[] of(Endpoint upstream) {
        long[] known = totals.get(upstream);
        if (known != null) {
            return known;
        }
        if (totals.size() == MOST) {
            totals.remove(totals.keySet().iterator().next());
            counters.add(Counter.UPSTREAMS_FORGOTTEN);
        }
        long[] fresh = new long[2];
        totals.put(upstream, fresh);
        return fresh;
    }

    /** All of it at this moment. */
    public Map<Endpoint, Count> snapshot() {
        Map<Endpoint, Count> counts = new LinkedHashMap<>();
        totals.forEach((upstream, total) -> counts.put(upstream, new Count(total[0], total[1])));
        return counts;
    }

    /** Nothing has happened: what was so far was the router's own doing. */
    public void clear() {
        totals.clear();
    }
}
