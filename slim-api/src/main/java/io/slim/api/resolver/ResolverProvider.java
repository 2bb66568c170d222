package io.slim.api.resolver;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** Makes resolvers of one kind; found by {@link ServiceLoader}. */
public interface ResolverProvider {

    /** The kind's name, as configured: the {@code static} in {@code static:hosts.yaml}. */
    String name();

    /**
     * Makes a resolver that is ready to answer.
     *
     * @param argument what the configuration has after the colon
     * @throws ConfigurationException with all that is wrong
     */
    OverlayResolver create(String argument);

    /**
     * Makes the resolver that a text {@code NAME:ARGUMENT} asks for.
     *
     * @throws ConfigurationException if there is no such provider, or if it refuses
     */
    static OverlayResolver open(String specification) {
        int colon = specification.indexOf(':');
        String wanted = colon < 0 ? specification : specification.substring(0, colon);
        TreeSet<String> known = new TreeSet<>();
        for (ResolverProvider provider :
                ServiceLoader.load(ResolverProvider.class, ResolverProvider.class.getClassLoader())) {
            if (provider.name().equals(wanted)) {
                return provider.create(colon < 0 ? "" : specification.substring(colon + 1));
            }
            known.add(provider.name());
        }
        throw new ConfigurationException(List.of(
                new ConfigurationProblem("resolver", specification, "NAME:ARGUMENT, where NAME is one of " + known)));
    }
}
