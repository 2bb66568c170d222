package io.slim.resolver.calico;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.slim.resolver.cluster.ClusterView;
import io.slim.resolver.cluster.Followed;
import io.slim.resolver.common.OverlayTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calico's datastore in Kubernetes: blocks and pools are custom resources, nodes are Kubernetes' own with Calico's notes.
 *
 * <p>Of the two groups that have the resources, {@code projectcalico.org} counts only where there is no {@code
 * crd.projectcalico.org}: where both are, the first is a view of the second (so does Calico:
 * UsingV3CRDs in libcalico-go/lib/backend/k8s).
 */
final class KubernetesDatastore implements ClusterView {

    private static final String OLD_GROUP = "crd.projectcalico.org";
    private static final String NEW_GROUP = "projectcalico.org";

    private static final String NOTE = "projectcalico.org/";

    private final CalicoState state;

    KubernetesDatastore(CalicoOptions options) {
        state = new CalicoState(options);
    }

    @Override
    public List<Followed<?>> followed(KubernetesClient client) throws IOException {
        boolean old = client.hasApiGroup(OLD_GROUP, true);
        if (!old && !client.hasApiGroup(NEW_GROUP, true)) {
            throw new IOException("Kubernetes has neither " + OLD_GROUP + " nor " + NEW_GROUP
                    + ": Calico's datastore is not in this cluster");
        }
        return List.of(
                resources(client, old, "IPAMBlock", this::block),
                resources(client, old, "IPPool", this::pool),
                new Followed<>(Node.class, client.nodes(), this::node));
    }

    private static Followed<GenericKubernetesResource> resources(
            KubernetesClient client, boolean old, String kind, Followed.Taking<GenericKubernetesResource> taking) {
        ResourceDefinitionContext which = new ResourceDefinitionContext.Builder()
                .withGroup(old ? OLD_GROUP : NEW_GROUP)
                .withVersion(old ? "v1" : "v3")
                .withKind(kind)
                .withPlural(kind.toLowerCase(Locale.ROOT) + "s")
                .withNamespaced(false)
                .build();
        return new Followed<>(GenericKubernetesResource.class, client.genericKubernetesResources(which), taking);
    }

    private boolean block(String name, @Nullable GenericKubernetesResource block) {
        return state.block(
                name, block == null ? null : () -> CalicoJson.block(tree(block).path("spec")));
    }

    private boolean pool(String name, @Nullable GenericKubernetesResource pool) {
        return state.pool(name, pool == null ? null : () -> CalicoJson.pool(tree(pool)));
    }

    private boolean node(String name, @Nullable Node node) {
        return state.node(name, node == null ? null : () -> read(node));
    }

    private static JsonNode tree(GenericKubernetesResource object) {
        return CalicoJson.tree(object.getAdditionalProperties());
    }

    private static CalicoNode read(Node node) {
        @Nullable Map<String, String> noted = node.getMetadata().getAnnotations();
        Map<String, String> notes = noted == null ? Map.of() : noted;
        List<CalicoNode.Given> addresses = new ArrayList<>();
        if (node.getStatus() != null && node.getStatus().getAddresses() != null) {
            node.getStatus()
                    .getAddresses()
                    .forEach(each -> addresses.add(new CalicoNode.Given(each.getType(), each.getAddress())));
        }
        return CalicoNode.of(
                notes.get(NOTE + "IPv4Address"),
                notes.get(NOTE + "IPv6Address"),
                addresses,
                isThere(notes.get(NOTE + "WireguardPublicKey")) || isThere(notes.get(NOTE + "WireguardPublicKeyV6")));
    }

    private static boolean isThere(@Nullable String note) {
        return note != null && !note.isEmpty();
    }

    @Override
    public OverlayTable table() {
        return state.table();
    }

    @Override
    public String remark() {
        return state.remark();
    }
}
