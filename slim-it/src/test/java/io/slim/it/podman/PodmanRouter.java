package io.slim.it.podman;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.testbed.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The router that the containers of a host have started, seen from outside. It may not run. */
final class PodmanRouter {

    private static final Duration SOON = PodmanHost.SOON;
    /** How the router's own place in the vault begins. */
    private static final String OWN = "_router-";

    private final Path state;

    PodmanRouter(Path state) {
        this.state = state;
    }

    /** What the router says, as operators ask it. */
    JsonNode status() {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(state.resolve("admin.sock")))) {
            channel.write(ByteBuffer.wrap("GET /status HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            String answer = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            return new ObjectMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of containers that the router serves; empty if there is no router. */
    Set<String> registered() {
        if (pid().isEmpty() || !Files.exists(state.resolve("admin.sock"))) {
            return Set.of();
        }
        Set<String> names = new TreeSet<>();
        status().path("containers")
                .forEach(container -> names.add(container.path("name").asText()));
        return names;
    }

    /** "Within two seconds"; the machine may be busy with other tests' ends, so some more. */
    void awaitRegistered(String what, String... names) {
        Set<String> expected = new TreeSet<>(List.of(names));
        Eventually.await(
                what + ": registered are " + expected + " (last: " + registered() + ")", SOON, () -> registered()
                        .equals(expected));
    }

    /** Its process, if it runs. */
    Optional<Long> pid() {
        return ProcessHandle.allProcesses()
                .filter(process -> isRouter(process.pid()))
                .map(ProcessHandle::pid)
                .findFirst();
    }

    private boolean isRouter(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains("io.slim.podman.Main\0router")
                    && Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1)
                            .contains("SLIM_ROUTER_STATE_DIR=" + state + "\0");
        } catch (IOException e) {
            return false; // It has ended, or is the kernel's.
        }
    }

    void kill() {
        pid().flatMap(ProcessHandle::of).ifPresent(router -> {
            router.destroyForcibly();
            router.onExit().join();
        });
    }

    String log() {
        try {
            return Files.readString(state.resolve("router.log"));
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Waits until the kernel has nothing of a container any more, in secure mode: neither the place of its sockets, nor ways that lead it past the overlay, nor grants
     * of others to reach it.
     */
    void awaitNothingInTheKernel() {
        Eventually.await(
                "the kernel has nothing of a container (last: " + vaults() + ")",
                SOON,
                () -> vaults().isEmpty() && (pid().isEmpty() || isEmpty(status().path("secure"))));
    }

    /** Grants of its own, with which a router has tried the kernel and a peer, lapse ten seconds later. */
    private static boolean isEmpty(JsonNode secure) {
        JsonNode maps = secure.path("maps");
        return secure.path("grants").asInt(-1) == 0
                && maps.path("grants").path("entries").asInt(99) <= 2
                && maps.path("destinations").path("entries").asInt(-1) == 0
                && maps.path("containers").path("entries").asInt(99) <= 1;
    }

    /** Containers that have a place for their sockets, as the cgroups show. */
    Set<String> vaults() {
        if (!Files.exists(state.resolve("confinement"))) {
            return Set.of();
        }
        try {
            Path place =
                    Path.of(Files.readAllLines(state.resolve("confinement")).get(1));
            if (!Files.exists(place)) {
                return Set.of();
            }
            try (Stream<Path> places = Files.list(place.resolve("vault"))) {
                Set<String> names = new TreeSet<>();
                places.filter(Files::isDirectory)
                        .map(path -> path.getFileName().toString())
                        .filter(name -> !name.startsWith(OWN))
                        .forEach(names::add);
                return names;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
