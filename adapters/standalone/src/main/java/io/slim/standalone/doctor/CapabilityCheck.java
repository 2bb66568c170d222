package io.slim.standalone.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What this process may do: a router that is started the same way may do the same. See capabilities(7). */
final class CapabilityCheck implements Check {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String EFFECTIVE = "CapEff:";
    private static final Map<String, Integer> NEEDED = new TreeMap<>(Map.of("CAP_SYS_ADMIN", 21, "CAP_SYS_PTRACE", 19));

    @Override
    public List<Finding> run() {
        try {
            long effective = Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(EFFECTIVE))
                    .map(line -> Long.parseUnsignedLong(
                            line.substring(EFFECTIVE.length()).strip(), 16))
                    .findFirst()
                    .orElse(0L);
            List<String> missing = new ArrayList<>();
            NEEDED.forEach((name, bit) -> {
                if ((effective >> bit & 1) == 0) {
                    missing.add(name);
                }
            });
            return List.of(
                    missing.isEmpty()
                            ? Finding.ok("capabilities", String.join(", ", NEEDED.keySet()))
                            : Finding.fail(
                                    "capabilities",
                                    "missing: " + String.join(", ", missing) + " (to enter containers' networks)",
                                    "run the router, and this, as root"));
        } catch (IOException e) {
            return List.of(Finding.warn("capabilities", STATUS + " cannot be read: " + e.getMessage(), "mount /proc"));
        }
    }
}
