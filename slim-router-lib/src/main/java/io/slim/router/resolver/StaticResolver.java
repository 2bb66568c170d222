package io.slim.router.resolver;

import io.slim.api.ConfigurationException;
import io.slim.api.Subscription;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.ResolverHealth;
import io.slim.api.resolver.ResolverSource;
import io.slim.api.resolver.table.PrefixTable;
import io.slim.router.file.WatchedFile;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/** Answers from a file, and reads it again when it has changed; see {@link WatchedFile}. */
final class StaticResolver implements OverlayResolver {

    private final String name;
    private final WatchedFile<PrefixTable<InetAddress>> file;

    /**
     * Reads the file.
     *
     * @throws ConfigurationException if it is bad
     */
    StaticResolver(Path file) {
        this.name = file.toString();
        this.file = new WatchedFile<>(file, HostsFile::read);
    }

    @Override
    public Resolution resolve(InetAddress overlayAddress) {
        InetAddress host = file.content().find(overlayAddress);
        return host == null ? Resolution.Nowhere.UNKNOWN : Resolution.on(host);
    }

    @Override
    public Subscription onChange(Runnable listener) {
        return file.onChange(listener);
    }

    @Override
    public ResolverHealth health() {
        Optional<String> problem = file.problem();
        return problem.map(ResolverHealth::stale)
                .orElse(ResolverHealth.FRESH)
                .from(new ResolverSource(name, problem.isEmpty(), Optional.of(file.confirmed()), file.lastProblem()));
    }

    @Override
    public void close() {
        file.close();
    }
}
