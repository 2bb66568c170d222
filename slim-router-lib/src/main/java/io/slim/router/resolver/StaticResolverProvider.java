package io.slim.router.resolver;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import java.nio.file.Path;
import java.util.List;

/** {@code static:FILE}. */
public final class StaticResolverProvider implements ResolverProvider {

    /** For {@link java.util.ServiceLoader}. */
    public StaticResolverProvider() {}

    @Override
    public String name() {
        return "static";
    }

    @Override
    public OverlayResolver create(String argument) {
        if (argument.isEmpty()) {
            throw new ConfigurationException(
                    List.of(new ConfigurationProblem("resolver", "static:", "static:FILE, a YAML file")));
        }
        return new StaticResolver(Path.of(argument).toAbsolutePath());
    }
}
