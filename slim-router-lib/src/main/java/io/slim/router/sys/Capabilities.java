package io.slim.router.sys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What this process may do (capabilities(7)). */
public final class Capabilities {

    private static final String EFFECTIVE = "CapEff:";
    private static final Map<String, Integer> FOR_VISITS =
            new TreeMap<>(Map.of("CAP_NET_ADMIN", 12, "CAP_NET_RAW", 13, "CAP_SYS_ADMIN", 21));

    private Capabilities() {}

    /** Those that are missing of what it takes to send and read packets inside other network namespaces; sorted. */
    public static List<String> missingForVisits() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(EFFECTIVE)) {
                long set = Long.parseUnsignedLong(
                        line.substring(EFFECTIVE.length()).strip(), 16);
                List<String> missing = new ArrayList<>(FOR_VISITS.keySet());
                missing.removeIf(name -> ((set >>> FOR_VISITS.getOrDefault(name, 0)) & 1) != 0);
                return missing;
            }
        }
        throw new IOException("/proc/self/status: no line " + EFFECTIVE);
    }
}
