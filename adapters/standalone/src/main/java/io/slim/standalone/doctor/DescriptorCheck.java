package io.slim.standalone.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** How many files a process may have open: each connection of a shim is one. */
final class DescriptorCheck implements Check {

    private static final long ENOUGH = 20_000;

    @Override
    public List<Finding> run() {
        long limit = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : 0;
        return List.of(
                limit >= ENOUGH
                        ? Finding.ok("open files", "up to " + limit)
                        : Finding.warn(
                                "open files",
                                "up to " + limit + "; further shims take the overlay",
                                "ulimit -n 65536, or LimitNOFILE=65536 in the unit"));
    }
}
