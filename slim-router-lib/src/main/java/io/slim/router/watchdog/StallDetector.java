package io.slim.router.watchdog;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Tells which shadows their application leaves alone: for a time connections waited and none was accepted, while the
 * application's own socket was empty or did move. If neither moves, the application is just busy. Not thread-safe.
 */
final class StallDetector {

    private final long stallNanos;
    private final Map<Long, Watch> watches = new HashMap<>();

    private record Watch(long sinceNanos, AcceptQueue shadow, AcceptQueue original) {}

    /** Reads an accept queue when it is needed. */
    interface Reader {
        AcceptQueue read() throws IOException;
    }

    StallDetector(long stallNanos) {
        this.stallNanos = stallNanos;
    }

    /** Forgets all others. */
    void retain(Set<Long> listenerIds) {
        watches.keySet().retainAll(listenerIds);
    }

    /** Nothing waits at this shadow. */
    void empty(long listenerId) {
        watches.remove(listenerId);
    }

    /** Connections wait at this shadow; tells whether it is stalled. */
    boolean waiting(long listenerId, long nowNanos, Reader shadow, Reader original) throws IOException {
        AcceptQueue now = shadow.read();
        Watch watch = watches.get(listenerId);
        if (watch == null || now.hasMovedSince(watch.shadow())) {
            watches.put(listenerId, new Watch(nowNanos, now, original.read()));
            return false;
        }
        if (nowNanos - watch.sinceNanos() < stallNanos) {
            return false;
        }
        AcceptQueue originalNow = original.read();
        boolean busy = originalNow.standsStillSince(watch.original());
        watches.put(listenerId, new Watch(nowNanos, now, originalNow));
        return !busy;
    }
}
