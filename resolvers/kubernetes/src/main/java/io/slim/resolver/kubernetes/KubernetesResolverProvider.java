package io.slim.resolver.kubernetes;

import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.resolver.cluster.ClusterSource;
import io.slim.resolver.common.SourceResolver;
import io.slim.resolver.common.SourceTimes;

/** {@code kubernetes:KEY=VALUE,...}; see {@code docs/resolvers.md}. */
public final class KubernetesResolverProvider implements ResolverProvider {

    /** For {@link java.util.ServiceLoader}. */
    public KubernetesResolverProvider() {}

    @Override
    public String name() {
        return "kubernetes";
    }

    @Override
    public OverlayResolver create(String argument) {
        KubernetesOptions options = KubernetesOptions.parse(argument);
        return SourceResolver.start(
                "kubernetes",
                new ClusterSource(options.kubeconfig(), () -> new KubernetesView(options)),
                SourceTimes.USUAL.withStaleAfter(options.staleAfter()));
    }
}
