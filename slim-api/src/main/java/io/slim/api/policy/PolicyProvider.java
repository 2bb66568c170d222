package io.slim.api.policy;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** Makes policies of one kind; found by {@link ServiceLoader}. */
public interface PolicyProvider {

    /** The kind's name, as configured: {@code file}. */
    String name();

    /**
     * Makes a policy that is ready to answer.
     *
     * @param settings as configured; a key that is not known is a problem
     * @throws ConfigurationException with all that is wrong
     */
    ConnectionPolicy create(Map<String, String> settings);

    /**
     * Makes a policy of the named kind.
     *
     * @throws ConfigurationException if there is no such provider, or if it refuses
     */
    static ConnectionPolicy open(String name, Map<String, String> settings) {
        TreeSet<String> known = new TreeSet<>();
        for (PolicyProvider provider :
                ServiceLoader.load(PolicyProvider.class, PolicyProvider.class.getClassLoader())) {
            if (provider.name().equals(name)) {
                return provider.create(Map.copyOf(settings));
            }
            known.add(provider.name());
        }
        throw new ConfigurationException(
                List.of(new ConfigurationProblem("policy", name, "the name of a policy, one of " + known)));
    }
}
