package io.slim.resolver.calico;

import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.resolver.cluster.ClusterSource;
import io.slim.resolver.common.Source;
import io.slim.resolver.common.SourceResolver;
import io.slim.resolver.common.SourceTimes;

/** {@code calico:KEY=VALUE,...}; see {@code docs/resolvers.md}. */
public final class CalicoResolverProvider implements ResolverProvider {

    /** For {@link java.util.ServiceLoader}. */
    public CalicoResolverProvider() {}

    @Override
    public String name() {
        return "calico";
    }

    @Override
    public OverlayResolver create(String argument) {
        CalicoOptions options = CalicoOptions.parse(argument);
        Source source = options.kubernetes()
                ? new ClusterSource(options.kubeconfig(), () -> new KubernetesDatastore(options))
                : new EtcdSource(options);
        return SourceResolver.start("calico", source, SourceTimes.USUAL.withStaleAfter(options.staleAfter()));
    }
}
