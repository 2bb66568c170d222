package io.slim.router.connect;

import io.slim.api.Endpoint;
import io.slim.api.event.Reason;
import io.slim.api.resolver.VirtualEndpoint;
import io.slim.router.confine.ConfinedContainer;
import io.slim.router.confine.Confinement;
import io.slim.router.confine.Target;
import io.slim.router.container.Container;
import io.slim.router.observe.Upstreams;
import io.slim.router.resolver.Resolving;
import io.slim.router.secure.SecureMode;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.ObjLongConsumer;
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
    private final Map<Container, Map<Endpoint, Chosen>> known = new LinkedHashMap<>();

    private record Key(Container container, Endpoint virtual) {}

    private enum Reach {
        /** It is being found out. */
        UNKNOWN,
        PAST_OVERLAY,
        /** At present: another router has said so, or nothing. */
        REFUSED,
        /** As long as resolver and policy say what they say. */
        OVERLAY
    }

    /** A few of those behind an endpoint, and how each is reached. */
    private static final class Chosen {
        private final VirtualEndpoint from;
        private final Map<Endpoint, Reach> backends = new LinkedHashMap<>();

        private Chosen(VirtualEndpoint from) {
            this.from = from;
        }

        private boolean has(Endpoint backend) {
            return backends.get(backend) == Reach.PAST_OVERLAY;
        }

        private int onOverlay() {
            return Collections.frequency(backends.values(), Reach.OVERLAY)
                    + Collections.frequency(backends.values(), Reach.REFUSED);
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
        Chosen before = get(key);
        if (before != null && before.from.equals(now) && before.backends.containsKey(way.destination())) {
            before.backends.put(way.destination(), Reach.PAST_OVERLAY);
            return tellOrForget(key, before);
        }
        Chosen fresh = choose(key, now, way);
        if (!tellOrForget(key, fresh)) {
            return false;
        }
        look(key, fresh, family, way);
        return true;
    }

    private Chosen choose(Key key, VirtualEndpoint from, Way first) {
        Chosen fresh = new Chosen(from);
        fresh.backends.put(first.destination(), Reach.PAST_OVERLAY);
        others(from, first.destination()).forEach(backend -> fresh.backends.put(backend, Reach.UNKNOWN));
        known.computeIfAbsent(key.container(), container -> new LinkedHashMap<>())
                .put(key.virtual(), fresh);
        return fresh;
    }

    private Map<Endpoint, Chosen> of(Container container) {
        return known.getOrDefault(container, Map.of());
    }

    private @Nullable Chosen get(Key key) {
        return of(key.container()).get(key.virtual());
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
        for (Map.Entry<Endpoint, Reach> backend : List.copyOf(chosen.backends.entrySet())) {
            if (backend.getValue() == Reach.UNKNOWN) {
                look(key, chosen, family, first, backend.getKey());
            }
        }
    }

    private void look(Key key, Chosen chosen, int family, Way first, Endpoint backend) {
        RouteFinder.Finding finding =
                routes.backend(key.container(), family, first.pair().client(), backend);
        Route route = finding.route();
        if (route == null) {
            learnt(key, chosen, backend, Reach.OVERLAY);
            return;
        }
        if (search.negative().get(key.container(), backend) != null) {
            learnt(key, chosen, backend, Reach.REFUSED);
            return;
        }
        search.find(route, finding.sendRate(), new WaySearch.Waiting() {
            @Override
            public void found(Way way) {
                learnt(key, chosen, backend, Reach.PAST_OVERLAY);
            }

            @Override
            public void none(Reason reason) {
                learnt(key, chosen, backend, Reach.REFUSED);
            }
        });
    }

    private void learnt(Key key, Chosen chosen, Endpoint backend, Reach reach) {
        if (get(key) == chosen) {
            chosen.backends.put(backend, reach);
            boolean unused = tellOrForget(key, chosen);
        }
    }

    private List<Way> ways(Container container, Chosen chosen) {
        List<Way> there = new ArrayList<>();
        chosen.backends.forEach((backend, reach) -> {
            Way way = reach == Reach.PAST_OVERLAY ? ways.get(container, backend) : null;
            if (way != null) {
                there.add(way);
            }
        });
        return there;
    }

    private boolean tell(Key key, Chosen chosen) {
        List<Target> targets =
                ways(key.container(), chosen).stream().map(Way::target).toList();
        ConfinedContainer confined = key.container().confined();
        return !targets.isEmpty()
                && confined != null
                && secure.confinement().putVirtual(confined, key.virtual(), targets, chosen.onOverlay());
    }

    private boolean tellOrForget(Key key, Chosen chosen) {
        boolean told = tell(key, chosen);
        if (!told) {
            forget(key);
        }
        return told;
    }

    private void forget(Key key) {
        Chosen chosen = get(key);
        if (chosen == null) {
            return;
        }
        known.computeIfPresent(key.container(), (container, virtuals) -> {
            virtuals.remove(key.virtual());
            return virtuals.isEmpty() ? null : virtuals;
        });
        ConfinedContainer confined = key.container().confined();
        if (confined != null) {
            long used = secure.confinement().lastUsedNanos(confined, key.virtual());
            ways(key.container(), chosen).forEach(way -> ways.used(way, used));
        }
        ways.forget(key.container(), key.virtual());
    }

    private void forgetIf(BiPredicate<Endpoint, Chosen> condition) {
        List<Key> going = new ArrayList<>();
        known.forEach((container, virtuals) -> virtuals.forEach((virtual, chosen) -> {
            if (condition.test(virtual, chosen)) {
                going.add(new Key(container, virtual));
            }
        }));
        going.forEach(this::forget);
    }

    private List<Map.Entry<Key, Chosen>> with(Way way) {
        return of(way.container()).entrySet().stream()
                .filter(entry -> entry.getValue().has(way.destination()))
                .map(entry -> Map.entry(new Key(way.container(), entry.getKey()), entry.getValue()))
                .toList();
    }

    @Override
    public void told(Way way) {
        with(way).forEach(entry -> {
            boolean unused = tellOrForget(entry.getKey(), entry.getValue());
        });
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
        forgetIf((virtual, chosen) ->
                !chosen.from.equals(resolver.virtual(virtual).orElse(null)));
    }

    /** What was refused may not be any more. */
    void askAgain() {
        forgetIf((virtual, chosen) -> true);
    }

    /** To be called every few seconds: as with all refusals, whoever comes next asks anew, and chooses among all again. */
    void sweep() {
        forgetIf((virtual, chosen) -> chosen.backends.containsValue(Reach.REFUSED));
    }

    /** Tells how many connections the kernel has let through to each, but of no more than are told apart. */
    void connects(ObjLongConsumer<Endpoint> visitor) {
        known.entrySet().stream()
                .flatMap(of -> of.getValue().keySet().stream().map(virtual -> new Key(of.getKey(), virtual)))
                .limit(Upstreams.MOST)
                .forEach(key -> {
                    ConfinedContainer confined = key.container().confined();
                    if (confined != null) {
                        visitor.accept(key.virtual(), secure.confinement().connects(confined, key.virtual()));
                    }
                });
    }
}
