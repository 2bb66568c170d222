package io.slim.oci.hosting;

import io.slim.api.Subscription;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.PolicyVerdict;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A policy of which some containers' connections may send less: those that have {@code io.slim.rate}. Thread-safe. */
public final class ContainerRates implements ConnectionPolicy {

    private final ConnectionPolicy policy;
    private final Map<InetAddress, Long> rates = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** With a policy that decides; it is closed with this one. */
    public ContainerRates(ConnectionPolicy policy) {
        this.policy = policy;
    }

    void limit(Collection<InetAddress> addresses, long bytesPerSecond) {
        addresses.forEach(address -> rates.put(address, bytesPerSecond));
        listeners.forEach(Runnable::run);
    }

    void forget(Collection<InetAddress> addresses) {
        if (rates.keySet().removeAll(List.copyOf(addresses))) {
            listeners.forEach(Runnable::run);
        }
    }

    @Override
    public PolicyVerdict decide(ConnectionRequest request) {
        PolicyVerdict verdict = policy.decide(request);
        long rate = request.side() == ConnectionRequest.Side.CLIENT ? rates.getOrDefault(request.client(), 0L) : 0;
        boolean lower = rate != 0 && (verdict.sendRate() == 0 || rate < verdict.sendRate());
        return verdict.bypass() && lower ? PolicyVerdict.limited(rate, "io.slim.rate of the container") : verdict;
    }

    @Override
    public Subscription onChange(Runnable listener) {
        listeners.add(listener);
        Subscription others = policy.onChange(listener);
        return () -> {
            listeners.remove(listener);
            others.close();
        };
    }

    @Override
    public void close() {
        policy.close();
    }
}
