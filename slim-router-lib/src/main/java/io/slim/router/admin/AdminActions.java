package io.slim.router.admin;

import io.slim.api.container.ContainerException;
import io.slim.api.container.ContainerRegistration;
import io.slim.api.container.ContainerSpec;
import io.slim.api.container.ContainerSpecBuilder;
import io.slim.router.connect.SecureConnects;
import io.slim.router.gateway.KeptRegistrations;
import io.slim.router.grant.Grants;
import io.slim.router.grant.Revocation;
import io.slim.router.loop.RouterLoop;
import io.slim.router.secure.SecureMode;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What operators can have done, by path. Not to be called by the event loop. */
public final class AdminActions {

    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F:.]+");

    private final SecureMode secure;
    private final RouterLoop loop;
    private final KeptRegistrations registrations;
    private final Grants grants;
    private final SecureConnects connects;

    @Inject
    AdminActions(
            SecureMode secure,
            RouterLoop loop,
            KeptRegistrations registrations,
            Grants grants,
            SecureConnects connects) {
        this.secure = secure;
        this.loop = loop;
        this.registrations = registrations;
        this.grants = grants;
        this.connects = connects;
    }

    /** The action at a path; null if there is none. */
    @Nullable
    AdminAction at(String path) {
        return switch (path) {
            case "/register" -> this::register;
            case "/unregister" -> this::unregister;
            case "/revoke" -> this::revoke;
            default -> null;
        };
    }

    static List<String> paths() {
        return List.of("/register", "/unregister", "/revoke");
    }

    private String register(Map<String, List<String>> parameters) throws AdminException {
        checkNames(parameters, Set.of("id", "netns", "address"));
        try {
            ContainerSpecBuilder builder = ContainerSpec.builder(required(parameters, "id"))
                    .networkNamespace(Path.of(required(parameters, "netns")));
            for (String address : parameters.getOrDefault("address", List.of())) {
                builder.address(address("address", address));
            }
            ContainerRegistration done = registrations.register(builder.build());
            return new JsonText()
                    .object()
                    .name("id")
                    .value(done.spec().id())
                    .name("socket_directory")
                    .value(done.socketDirectory().toString())
                    .endObject()
                    .toString();
        } catch (InvalidPathException | ContainerException e) {
            throw new AdminException(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw new AdminException("container: " + e.getMessage());
        }
    }

    private String unregister(Map<String, List<String>> parameters) throws AdminException {
        checkNames(parameters, Set.of("id"));
        String id = required(parameters, "id");
        if (registrations.unregister(id) == null) {
            throw new AdminException("id: " + id + " (expected: one that was registered with slim register)");
        }
        return new JsonText().object().name("id").value(id).endObject().toString();
    }

    private String revoke(Map<String, List<String>> parameters) throws AdminException {
        checkNames(parameters, Set.of("container", "peer", "client", "destination", "port", "all"));
        if (!secure.isOn()) {
            throw new AdminException("mode: non-secure (expected: secure; there are no grants here)");
        }
        Revocation which = revocation(parameters);
        try {
            int[] counts = loop.call(() -> new int[] {grants.revoke(which), connects.revoke(which)});
            return new JsonText()
                    .object()
                    .name("grants")
                    .value(counts[0])
                    .name("ways")
                    .value(counts[1])
                    .endObject()
                    .toString();
        } catch (Exception e) {
            throw new AdminException("the router is closing: " + e);
        }
    }

    private static Revocation revocation(Map<String, List<String>> parameters) throws AdminException {
        if (parameters.isEmpty()) {
            throw new AdminException("nothing (expected: container, peer, client, destination, or all)");
        }
        return new Revocation(
                first(parameters, "container"),
                optional(parameters, "peer"),
                optional(parameters, "client"),
                optional(parameters, "destination"),
                port(first(parameters, "port")));
    }

    private static int port(@Nullable String text) throws AdminException {
        try {
            int port = text == null ? 0 : Integer.parseInt(text);
            if (port >= 0 && port <= 0xffff) {
                return port;
            }
        } catch (NumberFormatException e) {
            // As one that is out of range.
        }
        throw new AdminException("port: " + text + " (expected: 1 to 65535)");
    }

    private static void checkNames(Map<String, List<String>> parameters, Set<String> known) throws AdminException {
        for (String name : parameters.keySet()) {
            if (!known.contains(name)) {
                throw new AdminException("parameter: " + name + " (expected: " + String.join(", ", known) + ")");
            }
        }
    }

    private static @Nullable String first(Map<String, List<String>> parameters, String name) {
        List<String> values = parameters.getOrDefault(name, List.of());
        return values.isEmpty() ? null : values.get(0);
    }

    private static String required(Map<String, List<String>> parameters, String name) throws AdminException {
        String value = first(parameters, name);
        if (value == null || value.isEmpty()) {
            throw new AdminException(name + ": missing");
        }
        return value;
    }

    private static @Nullable InetAddress optional(Map<String, List<String>> parameters, String name)
            throws AdminException {
        String value = first(parameters, name);
        return value == null ? null : address(name, value);
    }

    /** No name is looked up. */
    private static InetAddress address(String name, String text) throws AdminException {
        try {
            if (ADDRESS.matcher(text).matches()) {
                return InetAddress.getByName(text);
            }
        } catch (UnknownHostException e) {
            // As one that is no address.
        }
        throw new AdminException(name + ": " + text + " (expected: an address)");
    }
}
