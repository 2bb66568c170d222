package io.slim.api.resolver;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.Endpoint;
import io.slim.api.Subscription;
import io.slim.api.resolver.Resolution.Nowhere;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/**
 * Several resolvers as one: the first that has an answer has the word. An address is no overlay address only if all of them
 * say so; one that does not know might be the one in charge of it.
 */
final class ResolverChain implements OverlayResolver {

    private static final Pattern NEXT = Pattern.compile(",(?=[a-z][a-z0-9-]*:(?!//))");

    private final Map<String, OverlayResolver> links;
    private final List<OverlayResolver> resolvers;
    private final LongAdder disagreements = new LongAdder();
    private volatile String lastDisagreement = "";

    private ResolverChain(Map<String, OverlayResolver> links) {
        this.links = links;
        this.resolvers = List.copyOf(links.values());
    }

    /** Opens all of them, or none. */
    static OverlayResolver open(String specification, Iterable<? extends ResolverProvider> providers) {
        Map<String, OverlayResolver> opened = new LinkedHashMap<>();
        List<ConfigurationProblem> problems = new ArrayList<>();
        for (String part : NEXT.split(specification, -1)) {
            try {
                if (opened.containsKey(part)) {
                    problems.add(new ConfigurationProblem("resolver", part, "each resolver once"));
                } else {
                    opened.put(part, openOne(part, providers));
                }
            } catch (ConfigurationException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            opened.values().forEach(OverlayResolver::close);
            throw new ConfigurationException(problems);
        }
        return opened.size() == 1 ? opened.values().iterator().next() : new ResolverChain(opened);
    }

    private static OverlayResolver openOne(String specification, Iterable<? extends ResolverProvider> providers) {
        int colon = specification.indexOf(':');
        String wanted = colon < 0 ? specification : specification.substring(0, colon);
        TreeSet<String> known = new TreeSet<>();
        for (ResolverProvider provider : providers) {
            if (provider.name().equals(wanted)) {
                return provider.create(colon < 0 ? "" : specification.substring(colon + 1));
            }
            known.add(provider.name());
        }
        throw new ConfigurationException(List.of(
                new ConfigurationProblem("resolver", specification, "NAME:ARGUMENT, where NAME is one of " + known)));
    }

    @Override
    public Resolution resolve(InetAddress overlayAddress) {
        Resolution first = Nowhere.NOT_OVERLAY;
        int at = 0;
        while (at < resolvers.size() && !isAnswer(first)) {
            Resolution next = ask(at, overlayAddress);
            first = next == Nowhere.NOT_OVERLAY ? first : next;
            at++;
        }
        for (int other = at; isAnswer(first) && other < resolvers.size(); other++) {
            compare(overlayAddress, first, ask(other, overlayAddress));
        }
        return first;
    }

    private static boolean isAnswer(Resolution resolution) {
        return resolution instanceof Resolution.OnHost || resolution == Nowhere.ENCRYPTED;
    }

    /** One that fails does not know; the others may. */
    private Resolution ask(int at, InetAddress overlayAddress) {
        try {
            Resolution resolution = resolvers.get(at).resolve(overlayAddress);
            return resolution == null ? Nowhere.UNKNOWN : resolution;
        } catch (RuntimeException e) {
            return Nowhere.UNKNOWN;
        }
    }

    private void compare(InetAddress address, Resolution first, Resolution other) {
        if (isAnswer(other) && !other.equals(first)) {
            disagreements.increment();
            lastDisagreement = address.getHostAddress() + " is " + text(first) + ", then " + text(other);
        }
    }

    private static String text(Resolution resolution) {
        return resolution instanceof Resolution.OnHost on ? "on " + on.host().getHostAddress() : "encrypted";
    }

    @Override
    public Optional<VirtualEndpoint> virtual(Endpoint destination) {
        return resolvers.stream()
                .map(resolver -> virtual(resolver, destination))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<VirtualEndpoint> virtual(OverlayResolver resolver, Endpoint destination) {
        try {
            return resolver.virtual(destination);
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public Subscription onChange(Runnable listener) {
        List<Subscription> all =
                resolvers.stream().map(resolver -> resolver.onChange(listener)).toList();
        return () -> all.forEach(Subscription::close);
    }

    @Override
    public ResolverHealth health() {
        boolean fresh = true;
        List<String> details = new ArrayList<>();
        List<ResolverSource> sources = new ArrayList<>();
        for (Map.Entry<String, OverlayResolver> link : links.entrySet()) {
            ResolverHealth health = health(link.getValue());
            fresh &= health.fresh();
            sources.addAll(health.sources());
            if (!health.detail().isEmpty()) {
                details.add(link.getKey() + ": " + health.detail());
            }
        }
        // What changes from second to second would make every second a change of health.
        if (fresh && disagreements.sum() > 0) {
            details.add("disagreements: " + disagreements.sum() + ", last: " + lastDisagreement);
        }
        return new ResolverHealth(fresh, String.join("; ", details), sources);
    }

    private static ResolverHealth health(OverlayResolver resolver) {
        try {
            return resolver.health();
        } catch (RuntimeException e) {
            return ResolverHealth.stale("it failed when asked how it is: " + e);
        }
    }

    @Override
    public void close() {
        resolvers.forEach(OverlayResolver::close);
    }
}
