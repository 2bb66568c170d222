package io.slim.resolver.calico;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slim.api.resolver.table.Prefix;
import java.util.ArrayList;
import java.util.List;

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

    /** Of what another library has read. */
    static JsonNode tree(Object read) {
        return JSON.valueToTree(read);
    }

    /** Of etcd's value, or of the spec of what Kubernetes has; "deleted" may be a text. */
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

    /** A node of Calico's own. */
    static CalicoNode node(JsonNode json) {
        JsonNode spec = json.path("spec");
        JsonNode bgp = spec.path("bgp");
        JsonNode status = json.path("status");
        List<CalicoNode.Given> addresses = new ArrayList<>();
        for (JsonNode address : spec.path("addresses")) {
            addresses.add(new CalicoNode.Given(
                    address.path("type").asText(), address.path("address").asText()));
        }
        return CalicoNode.of(
                bgp.path("ipv4Address").asText(),
                bgp.path("ipv6Address").asText(),
                addresses,
                isThere(status.path("wireguardPublicKey")) || isThere(status.path("wireguardPublicKeyV6")));
    }

    private static boolean isThere(JsonNode text) {
        return !text.asText().isEmpty();
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
