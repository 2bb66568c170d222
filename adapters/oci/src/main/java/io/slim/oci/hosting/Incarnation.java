package io.slim.oci.hosting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process, told from a later one of the same id by the time at which it started.
 *
 * @param pid as this process sees it
 * @param start field 22 of proc_pid_stat(5), in clock ticks since boot
 */
record Incarnation(int pid, long start) {

    private static final int STATE = 0;
    private static final int START = 19;

    /** The process of that id; empty if there is none, or if it has ended and waits to be reaped. */
    static Optional<Incarnation> of(int pid) {
        String stat;
        try {
            stat = Files.readString(Path.of("/proc", Integer.toString(pid), "stat"));
        } catch (IOException e) {
            return Optional.empty();
        }
        // The second field, in parentheses, may hold anything; from the third on there are no more of them.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        boolean ended = fields[STATE].equals("Z") || fields[STATE].equals("X");
        return ended ? Optional.empty() : Optional.of(new Incarnation(pid, Long.parseLong(fields[START])));
    }

    boolean isAlive() {
        return of(pid).filter(this::equals).isPresent();
    }

    Path networkNamespace() {
        return Path.of("/proc", Integer.toString(pid), "ns/net");
    }
}
