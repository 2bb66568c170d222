package io.slim.router.observe;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What of a router needs an operator at present: parts note it here and take it back. Thread-safe. */
public final class Problems {

    private final Map<String, String> current = new TreeMap<>();

    /** There are none. */
    @Inject
    public Problems() {}

    /**
     * Notes a problem, or how it is now.
     *
     * @param part which part of the router; one has at most one problem
     * @param text what is wrong and what to do
     */
    public synchronized void set(String part, String text) {
        current.put(part, text);
    }

    /** The part's problem is over, if it had one. */
    public synchronized void clear(String part) {
        current.remove(part);
    }

    /** All, with their parts' names. */
    public synchronized List<String> all() {
        return current.entrySet().stream()
                .map(problem -> problem.getKey() + ": " + problem.getValue())
                .toList();
    }
}
