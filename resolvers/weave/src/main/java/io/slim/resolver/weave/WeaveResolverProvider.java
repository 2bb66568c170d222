package io.slim.resolver.weave;

import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.table.Prefix;
import io.slim.resolver.common.Options;
import io.slim.resolver.common.SourceResolver;
import io.slim.resolver.common.SourceTimes;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code weave:KEY=VALUE,...}; see {@code docs/resolvers.md}. */
public final class WeaveResolverProvider implements ResolverProvider {

    private static final URI USUAL = URI.create("http://127.0.0.1:6784");
    private static final Duration POLL = Duration.ofSeconds(1);

    /** For {@link java.util.ServiceLoader}. */
    public WeaveResolverProvider() {}

    @Override
    public String name() {
        return "weave";
    }

    @Override
    public OverlayResolver create(String argument) {
        Options options =
                Options.parse("weave", argument, Set.of("url", "poll-ms", "host", "bypass-encrypted", "stale-after-s"));
        List<URI> urls = options.urls("url");
        if (urls.size() > 1) {
            options.problem("url=" + urls.get(1), "one url: that of the Weave router on this host");
        }
        Duration poll = options.milliseconds("poll-ms", POLL);
        @Nullable
        InetAddress self =
                options.one("host", "an IPv4 or IPv6 address", Prefix::address).orElse(null);
        boolean bypassEncrypted = options.flag("bypass-encrypted");
        SourceTimes times =
                SourceTimes.USUAL.withStaleAfter(options.seconds("stale-after-s", SourceTimes.USUAL.staleAfter()));
        options.check();
        URI api = urls.isEmpty() ? USUAL : urls.get(0);
        return SourceResolver.start("weave", new WeaveSource(api, poll, self, bypassEncrypted), times);
    }
}
