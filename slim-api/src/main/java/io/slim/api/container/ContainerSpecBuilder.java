package io.slim.api.container;

import io.slim.api.ConfigurationException;
import io.slim.api.ConfigurationProblem;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes a {@link ContainerSpec}. Not thread-safe. The methods are documented there. */
public final class ContainerSpecBuilder {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    private static final int MOST_ADDRESSES = 256;
    private static final int MOST_LABELS = 256;
    private static final int MOST_SHARES = 256;
    private static final Pattern CAPABILITY = Pattern.compile("CAP_[A-Z_]{2,40}");

    final String id;
    final Set<InetAddress> addresses = new LinkedHashSet<>();
    final Map<String, String> labels = new LinkedHashMap<>();
    final Set<String> capabilities = new LinkedHashSet<>();
    final Set<String> shares = new LinkedHashSet<>();
    Path networkNamespace;

    ContainerSpecBuilder(String id) {
        this.id = Objects.requireNonNull(id, "id");
    }

    /** Adds to {@link ContainerSpec#addresses()}. */
    public ContainerSpecBuilder address(InetAddress value) {
        addresses.add(Objects.requireNonNull(value, "address"));
        return this;
    }

    /** See {@link ContainerSpec#networkNamespace()}. */
    public ContainerSpecBuilder networkNamespace(Path value) {
        networkNamespace = Objects.requireNonNull(value, "networkNamespace");
        return this;
    }

    /** Adds to {@link ContainerSpec#labels()}; a later value of the same key counts. */
    public ContainerSpecBuilder label(String key, String value) {
        labels.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /** Adds to {@link ContainerSpec#capabilities()}. */
    public ContainerSpecBuilder capability(String value) {
        capabilities.add(Objects.requireNonNull(value, "capability"));
        return this;
    }

    /** Adds to {@link ContainerSpec#shares()}. */
    public ContainerSpecBuilder shares(String value) {
        shares.add(Objects.requireNonNull(value, "shares"));
        return this;
    }

    /**
     * Checks everything and makes the description.
     *
     * @throws ConfigurationException with all problems, if there are any
     */
    public ContainerSpec build() {
        List<ConfigurationProblem> problems = new ArrayList<>();
        if (!ID.matcher(id).matches()) {
            problems.add(new ConfigurationProblem(
                    "container id", id, "1 to 64 of A-Z a-z 0-9 _ . -, the first a letter or digit"));
        }
        for (InetAddress address : addresses) {
            if (address.isAnyLocalAddress() || address.isLoopbackAddress() || address.isMulticastAddress()) {
                problems.add(new ConfigurationProblem(
                        "container address", address.getHostAddress(), "an overlay address of the container"));
            }
        }
        bounded("container addresses", addresses.size(), MOST_ADDRESSES, problems);
        for (String capability : capabilities) {
            if (!CAPABILITY.matcher(capability).matches()) {
                problems.add(new ConfigurationProblem("container capability", capability, "such as CAP_NET_ADMIN"));
            }
        }
        bounded("container shares", shares.size(), MOST_SHARES, problems);
        bounded("container labels", labels.size(), MOST_LABELS, problems);
        if (networkNamespace != null && !networkNamespace.isAbsolute()) {
            problems.add(new ConfigurationProblem(
                    "container network namespace", networkNamespace.toString(), "an absolute path"));
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new ContainerSpec(this);
    }

    private static void bounded(String key, int size, int most, List<ConfigurationProblem> problems) {
        if (size > most) {
            problems.add(new ConfigurationProblem(key, Integer.toString(size), "at most " + most));
        }
    }
}
