package io.slim.router.grant;

import io.slim.router.container.Container;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The grants there are, and how many of them each peer and each container has. Only the event loop touches it. */
final class GrantTable {

    private final Map<Pair, Given> byPair = new LinkedHashMap<>();
    private final Map<InetAddress, Integer> ofHost = new HashMap<>();
    private final Map<Container, Integer> ofContainer = new HashMap<>();

    @Nullable
    Given get(Pair pair) {
        return byPair.get(pair);
    }

    /** There must be none for the pair yet. */
    void add(Given given) {
        byPair.put(given.pair(), given);
        ofHost.merge(given.pair().clientHost(), 1, Integer::sum);
        ofContainer.merge(given.container(), 1, Integer::sum);
    }

    /** Tells whether it was there. */
    boolean remove(Given given) {
        if (!byPair.remove(given.pair(), given)) {
            return false;
        }
        ofHost.computeIfPresent(given.pair().clientHost(), (host, count) -> lessOne(count));
        ofContainer.computeIfPresent(given.container(), (container, count) -> lessOne(count));
        return true;
    }

    private static @Nullable Integer lessOne(int count) {
        return count == 1 ? null : count - 1;
    }

    /** How many a peer has. */
    int of(InetAddress clientHost) {
        return ofHost.getOrDefault(clientHost, 0);
    }

    /** How many there are for listeners of a container. */
    int of(Container container) {
        return ofContainer.getOrDefault(container, 0);
    }

    /** A copy: what is done with them may remove them. */
    List<Given> matching(Predicate<Given> condition) {
        return byPair.values().stream().filter(condition).toList();
    }

    Collection<Given> all() {
        return Collections.unmodifiableCollection(byPair.values());
    }

    int size() {
        return byPair.size();
    }
}
