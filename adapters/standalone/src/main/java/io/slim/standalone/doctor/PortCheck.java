package io.slim.standalone.doctor;

import io.slim.api.PortRange;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Whether the ports of shadows are the router's: not handed out for outgoing connections, not taken by others. */
final class PortCheck implements Check {

    private static final Path SETTINGS = Path.of("/proc/sys/net/ipv4");
    private static final String LISTEN = "0A";

    private final PortRange range;

    PortCheck(PortRange range) {
        this.range = range;
    }

    @Override
    public List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        try {
            findings.add(ephemeral());
            findings.add(taken());
        } catch (IOException | IllegalArgumentException e) {
            findings.add(Finding.warn("listen ports", "cannot be checked: " + e, "mount /proc"));
        }
        return findings;
    }

    private Finding ephemeral() throws IOException {
        String[] local = setting("ip_local_port_range").split("\\s+", -1);
        PortRange ephemeral = new PortRange(Integer.parseInt(local[0]), Integer.parseInt(local[1]));
        int first = Math.max(range.first(), ephemeral.first());
        int last = Math.min(range.last(), ephemeral.last());
        if (first > last || isReserved(first, last)) {
            return Finding.ok("listen ports", range + ", outside the ephemeral ports " + ephemeral);
        }
        return Finding.fail(
                "listen ports",
                range + " overlap the ephemeral ports " + ephemeral + " in " + first + "-" + last,
                "choose others (listen-ports), or: sysctl -w net.ipv4.ip_local_reserved_ports=" + first + "-" + last);
    }

    /** The kernel gives such a file only to whoever asks for all of it at once. */
    private static String setting(String name) throws IOException {
        byte[] content = new byte[16 * 1024];
        try (FileInputStream file = new FileInputStream(SETTINGS.resolve(name).toFile())) {
            return new String(content, 0, Math.max(file.read(content), 0), StandardCharsets.US_ASCII).strip();
        }
    }

    private static boolean isReserved(int first, int last) throws IOException {
        List<PortRange> reserved = Stream.of(setting("ip_local_reserved_ports").split(",", -1))
                .filter(part -> !part.isBlank())
                .map(part -> PortRange.parse(part.contains("-") ? part : part + "-" + part))
                .toList();
        return IntStream.rangeClosed(first, last)
                .allMatch(port -> reserved.stream().anyMatch(some -> some.first() <= port && port <= some.last()));
    }

    /** Ports of shadows that containers still have are in use too, so this is no failure. */
    private Finding taken() throws IOException {
        TreeSet<Integer> taken = new TreeSet<>();
        for (String table : new String[] {"tcp", "tcp6"}) {
            Files.readAllLines(Path.of("/proc/self/net", table)).stream()
                    .skip(1)
                    .map(line -> line.strip().split(" +", -1))
                    .filter(fields -> fields[3].equals(LISTEN))
                    .map(fields -> Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16))
                    .filter(port -> range.first() <= port && port <= range.last())
                    .forEach(taken::add);
        }
        int free = range.size() - taken.size();
        return free > 0
                ? Finding.ok("free listen ports", free + " of " + range.size())
                : Finding.fail("free listen ports", "none of " + range, "choose a wider range (listen-ports)");
    }
}
