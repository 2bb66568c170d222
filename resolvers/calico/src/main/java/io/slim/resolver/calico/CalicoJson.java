package io.slim.resolver.calico;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.calico.CalicoNode.Interface;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the objects of Calico. Each method throws an {@link IllegalArgumentException} if it is none. */
final class CalicoJson {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private CalicoJson() {}

    static JsonNode tree(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Of etcd's value, of a block; "deleted" may be a text. */
    static Block block(JsonNode json) {
        try {
            Block block = JSON.treeToValue(json, Block.class);
            if (block == null || block.cidr() == null || block.cidr().indexOf('/') < 0) {
                throw new IllegalArgumentException("a block without cidr");
            }
            Prefix unused = block.prefix();
            return block;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    /** A node. */
    static CalicoNode node(JsonNode json) {
        JsonNode spec = json.path("spec");
        JsonNode bgp = spec.path("bgp");
        JsonNode status = json.path("status");
        return new CalicoNode(
                first(true, bgp.path("ipv4Address").asText(), spec.path("addresses")),
                first(false, bgp.path("ipv6Address").asText(), spec.path("addresses")),
                isThere(status.path("wireguardPublicKey")) || isThere(status.path("wireguardPublicKeyV6")));
    }

    private static boolean isThere(JsonNode text) {
        return !text.asText().isEmpty();
    }

    private static @Nullable Interface first(boolean four, String bgp, JsonNode addresses) {
        @Nullable Interface found = ofFamily(four, bgp);
        for (String type : List.of("InternalIP", "ExternalIP")) {
            for (JsonNode address : addresses) {
                if (found == null && address.path("type").asText().equals(type)) {
                    found = ofFamily(four, address.path("address").asText());
                }
            }
        }
        return found;
    }

    private static @Nullable Interface ofFamily(boolean four, String text) {
        @Nullable Interface found = Interface.parse(text);
        return found != null && (found.address().getAddress().length == 4) == four ? found : null;
    }

    /** An IP pool. */
    static Pool pool(JsonNode json) {
        JsonNode spec = json.path("spec");
        return new Pool(
                Prefix.parse(spec.path("cidr").asText()),
                Pool.Encapsulation.of(
                        spec.path("ipipMode").asText(), spec.path("vxlanMode").asText()));
    }
}
