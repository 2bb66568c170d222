package io.slim.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that cannot be mistaken for a later one with the same number.
 *
 * @param startTime when it started, in clock ticks after boot: field 22 of /proc/[pid]/stat, see proc(5)
 */
record ProcessIdentity(long pid, long startTime) {
    /** Field 22, counted from field 3, which is the first one after the name in parentheses. */
    private static final int START_TIME = 22 - 3;

    static ProcessIdentity ofThisProcess() {
        long pid = ProcessHandle.current().pid();
        return of(pid).orElseThrow(
                        () -> new TestBedException("/proc/" + pid + "/stat cannot be read (is /proc mounted?)"));
    }

    /** Empty if there is no such process. */
    static Optional<ProcessIdentity> of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The name may hold spaces and parentheses itself.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Optional.of(new ProcessIdentity(pid, Long.parseLong(fields[START_TIME])));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    boolean isAlive() {
        return of(pid).equals(Optional.of(this));
    }
}
