package io.slim.router.sys;

import io.slim.api.PortRange;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The ports that the kernel hands out by itself in this network namespace: those of {@code ip_local_port_range} that are not in {@code
 * ip_local_reserved_ports} (see the kernel's ip-sysctl).
 */
public final class EphemeralPorts {

    private static final Path SETTINGS = Path.of("/proc/sys/net/ipv4");

    private final PortRange all;
    private final List<PortRange> reserved;

    private EphemeralPorts(PortRange all, List<PortRange> reserved) {
        this.all = all;
        this.reserved = reserved;
    }

    /**
     * As they are at present.
     *
     * @throws IOException if /proc does not say
     */
    public static EphemeralPorts read() throws IOException {
        try {
            String[] local = setting("ip_local_port_range").split("\\s+", -1);
            PortRange all = new PortRange(Integer.parseInt(local[0]), Integer.parseInt(local[1]));
            List<PortRange> reserved = Stream.of(
                            setting("ip_local_reserved_ports").split(",", -1))
                    .filter(part -> !part.isBlank())
                    .map(part -> PortRange.parse(part.contains("-") ? part : part + "-" + part))
                    .toList();
            return new EphemeralPorts(all, reserved);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(SETTINGS + " has no ports: " + e.getMessage(), e);
        }
    }

    /** The kernel gives such a file only to whoever asks for all of it at once. */
    private static String setting(String name) throws IOException {
        byte[] content = new byte[16 * 1024];
        try (FileInputStream file = new FileInputStream(SETTINGS.resolve(name).toFile())) {
            return new String(content, 0, Math.max(file.read(content), 0), StandardCharsets.US_ASCII).strip();
        }
    }

    /** What of a range the kernel may hand out, from the first such port to the last; empty if it is kept from it. */
    public Optional<PortRange> overlap(PortRange range) {
        int first = Math.max(range.first(), all.first());
        int last = Math.min(range.last(), all.last());
        return first > last || isReserved(first, last) ? Optional.empty() : Optional.of(new PortRange(first, last));
    }

    private boolean isReserved(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .allMatch(port -> reserved.stream().anyMatch(some -> some.first() <= port && port <= some.last()));
    }

    /** What an operator can do about an {@link #overlap}. */
    public String remedy(PortRange overlap) {
        return "choose others (listen-ports), or: sysctl -w net.ipv4.ip_local_reserved_ports="
                + Stream.concat(reserved.stream(), Stream.of(overlap))
                        .map(PortRange::toString)
                        .collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
