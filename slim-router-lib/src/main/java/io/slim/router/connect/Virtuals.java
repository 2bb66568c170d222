package io.slim.router.connect;

import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import io.slim.api.resolver.VirtualEndpoint;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.Confinement;
import io.slim.router.confine.Target;
import io.slim.router.container.Container;
import io.slim.router.resolver.Resolving;
import io.slim.router.secure.SecureMode;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints behind which there are others, as the kernel knows them: for each container a few of the backends, of which each connection gets one, and the
 * number of those that only the overlay leads to, so that these keep their share. Each backend that is used has a way of its own, which is found
 * and renewed like any other; what is here follows them. Only the event loop touches it.
 */
final class Virtuals implements Ways.Followers {

    private final SecureMode secure;
    private final Resolving resolver;
    private final Ways ways;
    private final WaySearch search;
    private final RouteFinder routes;
    private final Map<Key, Chosen> known = new LinkedHashMap<>();

    private record Key(Container container, Endpoint virtual) {}

    /** A few of those behind an endpoint, and what is known of each: null while it is being found out. */
    private static final class Chosen {
        private final VirtualEndpoint from;
        private final Map<Endpoint, @Nullable Boolean> backends = new LinkedHashMap<>();

        private Chosen(VirtualEndpoint from) {
            this.from = from;
        }

        private boolean has(Endpoint backend) {
            return Boolean.TRUE.equals(backends.get(backend));
        }

        private int onOverlay() {
            return Collections.frequency(backends.values(), false);
        }
    }

    @Inject
    Virtuals(SecureMode secure, Resolving resolver, Ways ways, WaySearch search, RouteFinder routes) {
        this.secure = secure;
        this.resolver = resolver;
        this.ways = ways;
        this.search = search;
        this.routes = routes;
    }

    void start() {
        ways.follow(this);
    }

    /**
     * A way to one of the backends was found for a connection to a virtual endpoint: the kernel leads connections there from now on. The others are looked for
     * meanwhile.
     *
     * @return whether there is room
     */
    boolean found(Container container, int family, Endpoint virtual, Way way) {
        VirtualEndpoint now = resolver.virtual(virtual).orElse(null);
        if (now == null) {
            return false;
        }
        Key key = new Key(container, virtual);
        Chosen chosen = known.get(key);
        if (chosen == null || !chosen.from.equals(now) || !chosen.backends.containsKey(way.destination())) {
            chosen = new Chosen(now);
            known.put(key, chosen);
            chosen.backends.put(way.destination(), true);
            others(now, way.destination())
                    .forEach(backend -> known.get(key).backends.put(backend, null));
        } else {
            chosen.backends.put(way.destination(), true);
        }
        if (!tell(key, chosen)) {
            return false;
        }
        look(key, chosen, family, way);
        return true;
    }

    /** What sticks to a client has one backend for it. */
    private static Collection<Endpoint> others(VirtualEndpoint all, Endpoint first) {
        if (all.sticky()) {
            return List.of();
        }
        List<Endpoint> others = new ArrayList<>(all.backends());
        others.removeIf(first::equals);
        Collections.shuffle(others);
        return others.subList(0, Math.min(others.size(), Confinement.MOST_TARGETS - 1));
    }

    private void look(Key key, Chosen chosen, int family, Way first) {
        for (Map.Entry<Endpoint, @Nullable Boolean> backend : List.copyOf(chosen.backends.entrySet())) {
            if (backend.getValue() == null) {
                look(key, chosen, family, first, backend.getKey());
            }
        }
    }

    private void look(Key key, Chosen chosen, int family, Way first, Endpoint backend) {
        RouteFinder.Finding finding =
                routes.backend(key.container(), family, first.pair().client(), backend);
        Route route = finding.route();
        if (route == null || search.negative().get(key.container(), backend) != null) {
            learnt(key, chosen, backend, false);
            return;
        }
        search.find(route, finding.sendRate(), new WaySearch.Waiting() {
            @Override
            public void found(Way way) {
                learnt(key, chosen, backend, true);
            }

            @Override
            public void none(Reason reason) {
                learnt(key, chosen, backend, false);
            }
        });
    }

    private void learnt(Key key, Chosen chosen, Endpoint backend, boolean past) {
        if (known.get(key) == chosen) {
            chosen.backends.put(backend, past);
            tellOrForget(key, chosen);
        }
    }

    private boolean tell(Key key, Chosen chosen) {
        List<Target> targets = new ArrayList<>();
        chosen.backends.forEach((backend, past) -> {
            Way way = Boolean.TRUE.equals(past) ? ways.get(key.container(), backend) : null;
            if (way != null) {
                targets.add(way.target());
            }
        });
        ConfinedContainer confined = key.container().confined();
        if (targets.isEmpty() || confined == null) {
            forget(key);
            return false;
        }
        return secure.confinement().putVirtual(confined, key.virtual(), targets, chosen.onOverlay());
    }

    private void tellOrForget(Key key, Chosen chosen) {
        if (!tell(key, chosen)) {
            forget(key);
        }
    }

    private void forget(Key key) {
        ConfinedContainer confined = key.container().confined();
        if (known.remove(key) != null && confined != null) {
            secure.confinement().removeDestination(confined, key.virtual());
        }
    }

    private List<Map.Entry<Key, Chosen>> with(Way way) {
        return known.entrySet().stream()
                .filter(entry -> entry.getKey().container() == way.container()
                        && entry.getValue().has(way.destination()))
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
    }

    @Override
    public void told(Way way) {
        with(way).forEach(entry -> tellOrForget(entry.getKey(), entry.getValue()));
    }

    /** Who comes next asks the router, which chooses anew. */
    @Override
    public void gone(Way way) {
        with(way).forEach(entry -> forget(entry.getKey()));
    }

    @Override
    public long lastUsedNanos(Way way) {
        ConfinedContainer confined = way.container().confined();
        return confined == null
                ? 0
                : with(way).stream()
                        .mapToLong(entry -> secure.confinement()
                                .lastUsedNanos(confined, entry.getKey().virtual()))
                        .max()
                        .orElse(0);
    }

    /** Backends come and go. */
    void resolverChanged() {
        List.copyOf(known.entrySet()).forEach(entry -> {
            VirtualEndpoint now = resolver.virtual(entry.getKey().virtual()).orElse(null);
            if (!entry.getValue().from.equals(now)) {
                forget(entry.getKey());
            }
        });
    }

    /** What was refused may not be any more. */
    void askAgain() {
        List.copyOf(known.keySet()).forEach(this::forget);
    }

    int size() {
        return known.size();
    }
}
