package io.slim.router.lab;

import io.slim.api.Endpoint;
import io.slim.api.Subscription;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.ResolverHealth;
import io.slim.api.resolver.VirtualEndpoint;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A resolver that a test tells what to answer. */
public final class FixedResolver implements OverlayResolver {

    private final Map<InetAddress, InetAddress> hosts = new ConcurrentHashMap<>();
    private final Map<Endpoint, VirtualEndpoint> virtual = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    /** How many want to be told of changes. */
    public int listeners() {
        return listeners.size();
    }

    private volatile ResolverHealth health = ResolverHealth.FRESH;

    /** An address lives there from now on. */
    public FixedResolver put(String overlay, String host) throws Exception {
        hosts.put(InetAddress.getByName(overlay), InetAddress.getByName(host));
        listeners.forEach(Runnable::run);
        return this;
    }

    @Override
    public Resolution resolve(InetAddress overlayAddress) {
        InetAddress host = hosts.get(overlayAddress);
        return host == null ? Resolution.Nowhere.UNKNOWN : Resolution.on(host);
    }

    /** Behind an endpoint there are others from now on. */
    public FixedResolver putVirtual(Endpoint endpoint, VirtualEndpoint behind) {
        virtual.put(endpoint, behind);
        listeners.forEach(Runnable::run);
        return this;
    }

    @Override
    public Optional<VirtualEndpoint> virtual(Endpoint destination) {
        return Optional.ofNullable(virtual.get(destination));
    }

    @Override
    public Subscription onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** What it says of itself from now on. */
    public void health(ResolverHealth now) {
        health = now;
    }

    @Override
    public ResolverHealth health() {
        return health;
    }

    @Override
    public void close() {}
}
