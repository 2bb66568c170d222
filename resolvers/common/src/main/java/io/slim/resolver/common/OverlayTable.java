package io.slim.resolver.common;

import io.slim.api.Endpoint;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.VirtualEndpoint;
import io.slim.api.resolver.table.Prefix;
import io.slim.api.resolver.table.PrefixTable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is known at one time: which addresses and prefixes live where. Immutable; two with the same content are equal.
 *
 * <p>An address of its own goes before prefixes, and of these the longest wins. Two sayings about the same address or
 * prefix that differ cancel each other out: it is unknown.
 */
public final class OverlayTable {

    /** Knows nothing. */
    public static final OverlayTable EMPTY = builder().build();

    private final Map<InetAddress, Resolution> addresses;
    private final Map<Prefix, Resolution> prefixes;
    private final Set<Prefix> overlays;
    private final PrefixTable<Resolution> longest;
    private final PrefixTable<Boolean> overlay;
    private final Set<Prefix> encrypted;
    private final PrefixTable<Boolean> encryption;
    private final Map<Endpoint, VirtualEndpoint> virtual;

    private OverlayTable(Builder builder) {
        builder.addresses.replaceAll((address, resolution) -> builder.encryptedOrNot(resolution));
        builder.prefixes.replaceAll((prefix, resolution) -> builder.encryptedOrNot(resolution));
        addresses = Map.copyOf(builder.addresses);
        prefixes = Map.copyOf(builder.prefixes);
        overlays = Set.copyOf(builder.overlays);
        encrypted = Set.copyOf(builder.encrypted);
        virtual = Map.copyOf(builder.virtual);
        List<PrefixTable.Entry<Resolution>> entries = new ArrayList<>(prefixes.size());
        prefixes.forEach((prefix, resolution) -> entries.add(new PrefixTable.Entry<>(prefix, resolution)));
        longest = PrefixTable.of(entries);
        overlay = contained(overlays);
        encryption = contained(encrypted);
    }

    private static PrefixTable<Boolean> contained(Set<Prefix> prefixes) {
        return PrefixTable.of(prefixes.stream()
                .map(prefix -> new PrefixTable.Entry<>(prefix, Boolean.TRUE))
                .toList());
    }

    /** A new table. */
    public static Builder builder() {
        return new Builder();
    }

    /** Looks an address up. Any thread; makes no objects that live on. */
    public Resolution resolve(InetAddress address) {
        if (!overlays.isEmpty() && overlay.find(address) == null) {
            return Nowhere.NOT_OVERLAY;
        }
        if (!encrypted.isEmpty() && encryption.find(address) != null) {
            return Nowhere.ENCRYPTED;
        }
        @Nullable Resolution found = addresses.get(address);
        if (found == null) {
            found = longest.find(address);
        }
        return found == null ? Nowhere.UNKNOWN : found;
    }

    /** Looks up what is behind an endpoint. Any thread. */
    public Optional<VirtualEndpoint> virtual(Endpoint endpoint) {
        return virtual.isEmpty() ? Optional.empty() : Optional.ofNullable(virtual.get(endpoint));
    }

    /** Number of addresses and prefixes. */
    public int size() {
        return addresses.size() + prefixes.size();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OverlayTable table
                && addresses.equals(table.addresses)
                && prefixes.equals(table.prefixes)
                && overlays.equals(table.overlays)
                && encrypted.equals(table.encrypted)
                && virtual.equals(table.virtual);
    }

    @Override
    public int hashCode() {
        return 31 * addresses.hashCode() + prefixes.hashCode();
    }

    /** For logs. */
    @Override
    public String toString() {
        String services = virtual.isEmpty() ? "" : ", " + virtual.size() + " virtual endpoints";
        return addresses.size() + " addresses, " + prefixes.size() + " prefixes" + services;
    }

    /** Collects what a table shall have. Not thread-safe. */
    public static final class Builder {

        private final Map<InetAddress, Resolution> addresses = new HashMap<>();
        private final Map<Prefix, Resolution> prefixes = new HashMap<>();
        private final Set<Prefix> overlays = new HashSet<>();
        private final Set<Prefix> encrypted = new HashSet<>();
        private final Set<Prefix> encryptedHosts = new HashSet<>();
        private final Map<Endpoint, VirtualEndpoint> virtual = new HashMap<>();
        /** One object for each host, however much lives there. */
        private final Map<InetAddress, Resolution> hosts = new HashMap<>();

        private Builder() {}

        private Resolution on(InetAddress host) {
            return hosts.computeIfAbsent(host, Resolution::on);
        }

        /** One address lives on a host. */
        public Builder address(InetAddress address, InetAddress host) {
            return answer(address, on(host));
        }

        /** All addresses of a prefix live on a host. */
        public Builder prefix(Prefix prefix, InetAddress host) {
            return answer(prefix, on(host));
        }

        /** This is the answer for one address. */
        public Builder answer(InetAddress address, Resolution resolution) {
            addresses.merge(address, resolution, Builder::agreed);
            return this;
        }

        /** This is the answer for all addresses of a prefix. */
        public Builder answer(Prefix prefix, Resolution resolution) {
            prefixes.merge(prefix, resolution, Builder::agreed);
            return this;
        }

        /** Of who encrypts and who does not know that, the first is right. */
        private static Resolution agreed(Resolution one, Resolution other) {
            if (one.equals(other)) {
                return one;
            }
            return one == Nowhere.ENCRYPTED || other == Nowhere.ENCRYPTED ? Nowhere.ENCRYPTED : Nowhere.UNKNOWN;
        }

        /** The overlay has these addresses; if this is called at all, others are no overlay addresses. */
        public Builder overlay(Prefix prefix) {
            overlays.add(prefix);
            return this;
        }

        /** The overlay encrypts what it carries to these addresses, whatever else is said of them. */
        public Builder encrypted(Prefix addresses) {
            encrypted.add(addresses);
            return this;
        }

        /** The overlay encrypts what it carries to hosts with these addresses. */
        public Builder encryptedHosts(Prefix hosts) {
            encryptedHosts.add(hosts);
            return this;
        }

        private Resolution encryptedOrNot(Resolution resolution) {
            return resolution instanceof Resolution.OnHost on
                            && encryptedHosts.stream().anyMatch(prefix -> prefix.contains(on.host()))
                    ? Nowhere.ENCRYPTED
                    : resolution;
        }

        /** Behind this endpoint there are others. */
        public Builder virtual(Endpoint endpoint, VirtualEndpoint behind) {
            virtual.put(endpoint, behind);
            return this;
        }

        /** Whether something is known of just that address. */
        public boolean has(InetAddress address) {
            return addresses.containsKey(address);
        }

        /** The table with what was collected. */
        public OverlayTable build() {
            return new OverlayTable(this);
        }
    }
}
