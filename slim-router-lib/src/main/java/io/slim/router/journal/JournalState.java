package io.slim.router.journal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the journal says so far: the listeners there are, and when ports were released. */
final class JournalState {

    private final Map<Long, ListenerRecord> listeners = new LinkedHashMap<>();
    private final Map<Integer, Long> resting = new LinkedHashMap<>();

    void added(ListenerRecord listener) {
        listeners.put(listener.id(), listener);
        resting.remove(listener.port());
    }

    void armed(long id, boolean armed) {
        listeners.computeIfPresent(id, (key, listener) -> listener.withArmed(armed));
    }

    void removed(long id) {
        listeners.remove(id);
    }

    void rests(int port, long epochMillis) {
        resting.put(port, epochMillis);
    }

    /** Ports released before the first time are free. What is later than the second is from a clock that was wrong: it counts as the second. */
    void forgetRestsOutside(long from, long to) {
        resting.values().removeIf(since -> since < from);
        resting.replaceAll((port, since) -> Math.min(since, to));
    }

    List<ListenerRecord> listeners() {
        return List.copyOf(listeners.values());
    }

    Map<Integer, Long> resting() {
        return Map.copyOf(resting);
    }

    int size() {
        return listeners.size() + resting.size();
    }

    /** The shortest journal that says the same. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(JournalFormat.FIRST_LINE);
        for (ListenerRecord listener : listeners.values()) {
            lines.add(JournalFormat.added(listener));
            if (listener.armed()) {
                lines.add(JournalFormat.armed(listener.id(), true));
            }
        }
        resting.forEach((port, since) -> lines.add(JournalFormat.rests(port, since)));
        return lines;
    }
}
