package io.slim.router.settings;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.RouterConfig;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.PolicyProvider;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The plug-ins that the settings ask for, open.
 *
 * @param resolver owned by whoever has this
 * @param policy owned by whoever has this
 */
public record PlugIns(OverlayResolver resolver, ConnectionPolicy policy) implements AutoCloseable {

    /** A file whose name looks like that can be given as ./FILE. */
    private static final Pattern PLUG_IN = Pattern.compile("([a-z][a-z0-9-]*):(.*)");

    /**
     * Opens all of them, or none.
     *
     * @throws ConfigurationException with all that is wrong, with the rest of the configuration too
     */
    public static PlugIns open(Settings settings) {
        List<ConfigurationProblem> all = new ArrayList<>();
        @Nullable RouterConfig config = orProblems(all, () -> RouterSettings.config(settings));
        OverlayResolver resolver = orProblems(all, () -> settings.get(RouterSettings.RESOLVER)
                .map(text -> ResolverProvider.open(text, ResolverPlugIns.all()))
                .orElse(null));
        ConnectionPolicy policy = orProblems(
                all,
                () -> settings.get(RouterSettings.POLICY).map(PlugIns::policy).orElse(ConnectionPolicy.ALLOW));
        if (config != null && resolver != null && policy != null) {
            return new PlugIns(resolver, policy);
        }
        if (resolver != null) {
            resolver.close();
        }
        if (policy != null) {
            policy.close();
        }
        throw new ConfigurationException(all);
    }

    private static <T> @Nullable T orProblems(List<ConfigurationProblem> all, Supplier<@Nullable T> opening) {
        try {
            return opening.get();
        } catch (ConfigurationException e) {
            all.addAll(e.problems());
            return null;
        }
    }

    private static ConnectionPolicy policy(String text) {
        Matcher plugIn = PLUG_IN.matcher(text);
        if (!plugIn.matches()) {
            return PolicyProvider.open("file", Map.of("path", text));
        }
        Map<String, String> settings = new LinkedHashMap<>();
        for (String setting : plugIn.group(2).split(",", -1)) {
            int equals = setting.indexOf('=');
            if (!setting.isEmpty()
                    && (equals < 1
                            || settings.put(setting.substring(0, equals), setting.substring(equals + 1)) != null)) {
                throw new ConfigurationException(List.of(new ConfigurationProblem(
                        RouterSettings.POLICY.flag(),
                        text,
                        RouterSettings.POLICY.type().expected())));
            }
        }
        return PolicyProvider.open(plugIn.group(1), settings);
    }

    @Override
    public void close() {
        resolver.close();
        policy.close();
    }
}
