package io.slim.router.gateway;

import io.slim.api.RouterConfig;
import io.slim.api.container.ContainerException;
import io.slim.api.container.ContainerException.Problem;
import io.slim.api.container.ContainerRegistration;
import io.slim.api.container.ContainerSpec;
import io.slim.router.container.HeldNamespace;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers that operators have registered with a running router. They are written down, so that the next router goes on with
 * those that still run. Thread-safe; waits for the event loop, which must therefore not call it.
 *
 * <p>One line for each: id, cookie of the network namespace, its path (as in URLs), addresses with commas. The cookie tells
 * whether the path still leads to the same namespace; it is never used again while the machine runs.
 */
public final class KeptRegistrations {

    private static final Logger LOG = LoggerFactory.getLogger(KeptRegistrations.class);
    private static final int FIELDS = 4;

    private final Path file;
    private final Registrations registrations;
    private final Map<String, Kept> kept = new LinkedHashMap<>();

    private record Kept(ContainerSpec spec, long cookie, ContainerRegistration registration) {}

    @Inject
    KeptRegistrations(RouterConfig config, Registrations registrations) {
        this.file = config.stateDirectory().resolve("registered");
        this.registrations = registrations;
    }

    /** Registers again what an earlier router has written down. Never fails: what goes wrong is logged. */
    public synchronized void restore() {
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                restore(line);
            }
            save();
        } catch (NoSuchFileException e) {
            LOG.debug("{}: no containers were registered by an operator", file);
        } catch (IOException e) {
            LOG.warn("{}: cannot be read, its containers must be registered again: {}", file, e.toString());
        }
    }

    private void restore(String line) {
        String[] fields = line.split(" ", -1);
        try {
            if (fields.length != FIELDS) {
                throw new IllegalArgumentException(fields.length + " fields (expected: " + FIELDS + ")");
            }
            Path namespace = Path.of(URLDecoder.decode(fields[2], StandardCharsets.UTF_8));
            var builder = ContainerSpec.builder(fields[0]).networkNamespace(namespace);
            for (String address : fields[3].split(",", -1)) {
                builder.address(InetAddress.getByName(address));
            }
            if (cookie(namespace) != Long.parseUnsignedLong(fields[1])) {
                LOG.info("container {} has ended: {} is another namespace", fields[0], namespace);
                return;
            }
            register(builder.build());
        } catch (ContainerException e) {
            LOG.warn("{}", e.getMessage());
        } catch (IOException e) {
            LOG.info("container {} has ended: {}", fields[0], e.getMessage());
        } catch (IllegalArgumentException e) {
            LOG.warn("{}: \"{}\": {}; left out", file, line, e.getMessage());
        }
    }

    private static long cookie(Path namespace) throws IOException {
        try (HeldNamespace held = HeldNamespace.open(namespace, false)) {
            return held.cookie();
        }
    }

    /**
     * Registers a container, and writes that down. One that is registered so already stays.
     *
     * @throws ContainerException if that cannot be
     */
    public synchronized ContainerRegistration register(ContainerSpec spec) {
        Kept before = kept.get(spec.id());
        if (before != null && isSame(before.spec(), spec)) {
            return before.registration();
        }
        Path namespace = spec.networkNamespace()
                .orElseThrow(() -> new ContainerException(
                        spec.id(),
                        Problem.NAMESPACE_UNUSABLE,
                        "none",
                        "a file that stands for its network namespace",
                        null));
        ContainerRegistration registration = registrations.register(spec);
        try {
            kept.put(spec.id(), new Kept(spec, cookie(namespace), registration));
        } catch (IOException e) {
            registration.close();
            throw new ContainerException(
                    spec.id(),
                    Problem.NAMESPACE_UNUSABLE,
                    namespace.toString(),
                    "the network namespace of a running container: " + e.getMessage(),
                    e);
        }
        save();
        return registration;
    }

    private static boolean isSame(ContainerSpec one, ContainerSpec other) {
        return one.addresses().equals(other.addresses())
                && one.networkNamespace().equals(other.networkNamespace());
    }

    /** Takes a container back that was registered here. Returns null if there is none of that id. */
    public synchronized @Nullable ContainerSpec unregister(String id) {
        Kept gone = kept.remove(id);
        if (gone == null) {
            return null;
        }
        gone.registration().close();
        save();
        return gone.spec();
    }

    private void save() {
        List<String> lines = kept.values().stream().map(KeptRegistrations::line).toList();
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.write(next, lines, StandardCharsets.UTF_8);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("{}: cannot be written, the next router will not know its containers: {}", file, e.toString());
        }
    }

    private static String line(Kept one) {
        ContainerSpec spec = one.spec();
        String addresses =
                spec.addresses().stream().map(InetAddress::getHostAddress).collect(Collectors.joining(","));
        String path = spec.networkNamespace().map(Path::toString).orElse("");
        return String.join(
                " ",
                Arrays.asList(
                        spec.id(),
                        Long.toUnsignedString(one.cookie()),
                        URLEncoder.encode(path, StandardCharsets.UTF_8),
                        addresses));
    }
}
