package io.slim.oci;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is in an OCI configuration (config.json of the runtime-spec) as far as Slim needs it. Immutable; of the document's
 * bytes it keeps the array it was given, which must not be changed.
 */
public final class ContainerConfig implements ContainerDescription {

    private final ConfigReader read;

    private ContainerConfig(ConfigReader read) {
        this.read = read;
    }

    /**
     * Reads one, in a single pass: what Slim does not know is passed over, whatever its size.
     *
     * @param document UTF-8
     * @throws MalformedConfigException if it is no JSON, or what Slim needs of it is not as the runtime-spec has it
     */
    public static ContainerConfig parse(byte[] document) throws MalformedConfigException {
        return new ContainerConfig(ConfigReader.read(document));
    }

    /** {@code annotations}; empty if there are none. */
    @Override
    public Map<String, String> annotations() {
        return read.annotations;
    }

    /** {@code process.env}, as written: {@code NAME=VALUE}. */
    public List<String> environment() {
        return read.environment.stream().map(Text::value).toList();
    }

    /** The value of a variable; of several the first, as getenv(3) has it. */
    @Override
    public Optional<String> variable(String name) {
        String start = name + "=";
        return environment().stream()
                .filter(entry -> entry.startsWith(start))
                .map(entry -> entry.substring(start.length()))
                .findFirst();
    }

    /** {@code process.args}. */
    @Override
    public List<String> arguments() {
        return read.arguments;
    }

    /** {@code process.cwd}; {@code /} if there is none. */
    @Override
    public String workingDirectory() {
        return read.workingDirectory;
    }

    /** {@code root.path}, which may be relative to the bundle. */
    @Override
    public Optional<String> rootPath() {
        return Optional.ofNullable(read.rootPath);
    }

    /** {@code mounts}, in their order. */
    @Override
    public List<Mount> mounts() {
        return read.mounts;
    }

    /** {@code linux.cgroupsPath}. */
    public Optional<String> cgroupsPath() {
        return Optional.ofNullable(read.cgroupsPath);
    }

    /**
     * The capabilities that its process holds, or can gain by executing a file, in the runtime's own user namespace
     * ({@code process.capabilities}); none if it has a user namespace of its own.
     */
    public Set<String> capabilities() {
        Set<String> all = new TreeSet<>();
        if (!read.userNamespace) {
            all.addAll(read.capabilities);
            if (!read.noNewPrivileges) {
                all.addAll(read.gainable);
            }
        }
        return all;
    }

    /** Whether it has a network namespace other than the runtime's: an entry of {@code linux.namespaces}. */
    @Override
    public boolean hasNetworkNamespace() {
        return read.networkNamespace != null;
    }

    /** Where its network namespace is; empty if it has none, or the runtime is to make it. */
    public Optional<Path> networkNamespace() {
        return Optional.ofNullable(read.networkNamespace)
                .filter(path -> !path.isEmpty())
                .map(Path::of);
    }

    /** The configuration with something added; all else stays as it is, byte for byte. */
    public byte[] with(Addition addition) {
        return new ConfigWriter(read).write(addition);
    }
}
