package io.slim.resolver.calico;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.slim.api.resolver.table.Prefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A block of addresses, as Calico writes it (libcalico-go/lib/backend/model/block.go).
 *
 * @param affinity {@code host:NODE}; null or of another kind if the block is nobody's
 * @param allocations for each address of the block the index of its attributes, or null if it is free
 */
record Block(
        @JsonProperty("cidr") String cidr,
        @JsonProperty("affinity") @Nullable String affinity,
        @JsonProperty("allocations") List<@Nullable Integer> allocations,
        @JsonProperty("attributes") List<Attributes> attributes,
        @JsonProperty("deleted") boolean deleted) {

    private static final String HOST = "host:";
    private static final String NODE = "node";
    private static final String TYPE = "type";

    Block {
        allocations = allocations == null ? List.of() : allocations;
        attributes = attributes == null ? List.of() : attributes;
    }

    /** Of whom an address is. Addresses that were given back cool down for a while, with the time. */
    record Attributes(
            @JsonProperty("secondary") @Nullable Map<String, String> secondary,
            @JsonProperty("releasedAt") @Nullable Object releasedAt) {

        @Nullable
        String node() {
            return secondary == null || releasedAt != null ? null : secondary.get(NODE);
        }

        /** {@code vxlanTunnelAddress} and the like: an address of the node itself. */
        boolean isTunnel() {
            return secondary != null && secondary.getOrDefault(TYPE, "").endsWith("TunnelAddress");
        }
    }

    /** The node that the block is given to; null if there is none. */
    @Nullable
    String node() {
        return affinity != null && affinity.startsWith(HOST) ? affinity.substring(HOST.length()) : null;
    }

    Prefix prefix() {
        return Prefix.parse(cidr);
    }

    /** What an allocation says; null if the address is free. */
    @Nullable
    Attributes at(int index) {
        @Nullable Integer attribute = allocations.get(index);
        return attribute == null || attribute < 0 || attribute >= attributes.size() ? null : attributes.get(attribute);
    }

    /** The block's first address plus that many. */
    InetAddress address(int index) {
        byte[] bytes = Prefix.address(cidr.substring(0, cidr.indexOf('/'))).getAddress();
        int carry = index;
        for (int i = bytes.length - 1; i >= 0 && carry != 0; i--) {
            carry += Byte.toUnsignedInt(bytes[i]);
            bytes[i] = (byte) carry;
            carry >>= 8;
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
