package io.slim.resolver.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import io.slim.resolver.cluster.ClusterView;
import io.slim.resolver.cluster.Followed;
import io.slim.resolver.common.OverlayTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pods and nodes, and services with what is behind them. */
final class KubernetesView implements ClusterView {

    private final KubernetesOptions options;
    private final ClusterState state;

    KubernetesView(KubernetesOptions options) {
        this.options = options;
        this.state = new ClusterState(options);
    }

    @Override
    public List<Followed<?>> followed(KubernetesClient client) {
        List<Followed<?>> all = new ArrayList<>();
        all.add(follow(Pod.class, client.pods().inAnyNamespace(), Objects::place, state::pod));
        all.add(follow(Node.class, client.nodes(), Objects::node, state::node));
        if (options.services()) {
            all.add(follow(Service.class, client.services().inAnyNamespace(), Objects::service, state::service));
            all.add(follow(
                    EndpointSlice.class,
                    client.discovery().v1().endpointSlices().inAnyNamespace(),
                    Objects::slice,
                    state::slice));
        }
        return all;
    }

    private static <T extends HasMetadata, S> Followed<T> follow(
            Class<T> type,
            AnyNamespaceOperation<T, ?, ?> objects,
            Function<T, @Nullable S> reading,
            BiPredicate<String, @Nullable S> state) {
        return new Followed<>(
                type, objects, (key, object) -> state.test(key, object == null ? null : reading.apply(object)));
    }

    @Override
    public OverlayTable table() {
        return state.table();
    }
}
