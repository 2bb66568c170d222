package io.slim.resolver.common.testing;

import io.slim.api.contract.OverlayResolverContract;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.api.resolver.table.Prefix;
import java.net.InetAddress;

/** The contract for a resolver that follows a source. */
public abstract class SourceContract extends OverlayResolverContract {

    private final InetAddress known;
    private final InetAddress host;
    private final InetAddress unknown;

    /**
     * Of what the source says.
     *
     * @param known an overlay address
     * @param host where it is
     * @param unknown another address, of which the source knows nothing
     */
    protected SourceContract(String known, String host, String unknown) {
        this.known = Prefix.address(known);
        this.host = Prefix.address(host);
        this.unknown = Prefix.address(unknown);
    }

    /** How the resolver is asked for. */
    protected abstract String specification();

    @Override
    protected final OverlayResolver create() throws Exception {
        return Answers.fresh(ResolverProvider.open(specification()));
    }

    @Override
    protected final InetAddress knownAddress() {
        return known;
    }

    @Override
    protected final InetAddress hostOfKnownAddress() {
        return host;
    }

    @Override
    protected final InetAddress unknownAddress() {
        return unknown;
    }
}
