package io.slim.samples.embedded;

import io.slim.api.Subscription;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A resolver of one's own: it knows on which host an overlay address lives. It answers from an immutable map, which is
 * replaced as a whole when the embedder learns more; then the router is told.
 */
final class MapResolver implements OverlayResolver {

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Map<InetAddress, InetAddress> hosts;

    MapResolver(Map<InetAddress, InetAddress> hosts) {
        this.hosts = Map.copyOf(hosts);
    }

    /** Reads {@code OVERLAY-IP=HOST-IP,...}. */
    static MapResolver parse(String text) {
        return new MapResolver(Stream.of(text.split(",", -1))
                .map(entry -> entry.split("=", 2))
                .collect(Collectors.toMap(entry -> address(entry[0]), entry -> address(entry[1]))));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address: " + text + " (expected: an IP address)", e);
        }
    }

    /** From now on these are the addresses. */
    void replace(Map<InetAddress, InetAddress> now) {
        hosts = Map.copyOf(now);
        listeners.forEach(Runnable::run);
    }

    @Override
    public Resolution resolve(InetAddress overlayAddress) {
        InetAddress host = hosts.get(overlayAddress);
        return host == null ? Resolution.Nowhere.UNKNOWN : Resolution.on(host);
    }

    @Override
    public Subscription onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
