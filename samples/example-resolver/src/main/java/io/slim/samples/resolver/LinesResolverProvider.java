package io.slim.samples.resolver;

import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.resolver.common.Options;
import io.slim.resolver.common.SourceResolver;
import io.slim.resolver.common.SourceTimes;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** {@code lines:url=URL}. */
public final class LinesResolverProvider implements ResolverProvider {

    /** For {@link java.util.ServiceLoader}. */
    public LinesResolverProvider() {}

    @Override
    public String name() {
        return "lines";
    }

    @Override
    public OverlayResolver create(String argument) {
        Options options = Options.parse(name(), argument, Set.of("url"));
        List<URI> urls = options.urls("url");
        if (urls.size() != 1) {
            options.problem("url", "url=URL, once");
        }
        options.check();
        return SourceResolver.start(name(), new LinesSource(urls.get(0)), SourceTimes.USUAL);
    }
}
