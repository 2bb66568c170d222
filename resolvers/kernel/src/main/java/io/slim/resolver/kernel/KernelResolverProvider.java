package io.slim.resolver.kernel;

import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.resolver.common.SourceResolver;
import io.slim.resolver.common.SourceTimes;

/** {@code kernel:KEY=VALUE,...}; see {@code docs/resolvers.md}. */
public final class KernelResolverProvider implements ResolverProvider {

    /** For {@link java.util.ServiceLoader}. */
    public KernelResolverProvider() {}

    @Override
    public String name() {
        return "kernel";
    }

    @Override
    public OverlayResolver create(String argument) {
        KernelOptions options = KernelOptions.parse(argument);
        return SourceResolver.start(
                "kernel", new KernelSource(options), SourceTimes.USUAL.withStaleAfter(options.staleAfter()));
    }
}
