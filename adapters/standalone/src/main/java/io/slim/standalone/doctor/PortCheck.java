package io.slim.standalone.doctor;

import io.slim.api.PortRange;
import io.slim.router.sys.EphemeralPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Whether the ports of shadows are the router's: not handed out for outgoing connections, not taken by others. */
final class PortCheck implements Check {

    private static final String NAME = "listen ports";
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
            findings.add(Finding.warn(NAME, "cannot be checked: " + e, "mount /proc"));
        }
        return findings;
    }

    private Finding ephemeral() throws IOException {
        EphemeralPorts ephemeral = EphemeralPorts.read();
        return ephemeral
                .overlap(range)
                .map(overlap -> Finding.fail(
                        NAME,
                        range + " overlap the ephemeral ports " + ephemeral + " in " + overlap,
                        ephemeral.remedy(overlap)))
                .orElseGet(() -> Finding.ok(NAME, range + ", outside the ephemeral ports " + ephemeral));
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
