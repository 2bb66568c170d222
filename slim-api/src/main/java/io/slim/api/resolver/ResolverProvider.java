package io.slim.api.resolver;

import io.slim.api.ConfigurationException;
import java.util.ServiceLoader;

/** Makes resolvers of one kind; found by {@link ServiceLoader}. */
public interface ResolverProvider {

    /** The kind's name, as configured: the {@code static} in {@code static:hosts.yaml}. Small letters, digits, hyphens. */
    String name();

    /**
     * Makes a resolver that is ready to answer. A source that is away is no reason to fail: the resolver answers
     * {@link Resolution.Nowhere#UNKNOWN} until it is there.
     *
     * @param argument what the configuration has after the colon
     * @throws ConfigurationException with all that is wrong
     */
    OverlayResolver create(String argument);

    /**
     * Makes the resolver that a text {@code NAME:ARGUMENT} asks for, or a chain of several, {@code
     * static:overrides.yaml,kernel:}. A comma ends an argument if {@code NAME:} follows, but not {@code NAME://}.
     *
     * <p>In a chain the first one that knows a host, or that the overlay encrypts, has the word. Whether the others say
     * otherwise is counted, see {@link OverlayResolver#health}.
     *
     * @throws ConfigurationException if there is no such provider, or if one refuses; with all that is wrong
     */
    static OverlayResolver open(String specification) {
        return open(specification, ServiceLoader.load(ResolverProvider.class, ResolverProvider.class.getClassLoader()));
    }

    /**
     * As {@link #open(String)}, with providers of the caller's choice; of several with one name the first is taken.
     *
     * @throws ConfigurationException if there is no such provider, or if one refuses; with all that is wrong
     */
    static OverlayResolver open(String specification, Iterable<? extends ResolverProvider> providers) {
        return ResolverChain.open(specification, providers);
    }
}
