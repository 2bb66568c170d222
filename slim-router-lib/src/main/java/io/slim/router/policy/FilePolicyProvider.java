package io.slim.router.policy;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.PolicyProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The policy {@code file}; its one setting is {@code path}. */
public final class FilePolicyProvider implements PolicyProvider {

    private static final String PATH = "path";

    /** For {@link java.util.ServiceLoader}. */
    public FilePolicyProvider() {}

    @Override
    public String name() {
        return "file";
    }

    @Override
    public ConnectionPolicy create(Map<String, String> settings) {
        String path = settings.getOrDefault(PATH, "");
        if (path.isEmpty() || settings.size() > 1) {
            throw new ConfigurationException(List.of(new ConfigurationProblem(
                    "policy file", settings.toString(), "the setting path, a YAML file, and no other")));
        }
        return new FilePolicy(Path.of(path).toAbsolutePath());
    }
}
