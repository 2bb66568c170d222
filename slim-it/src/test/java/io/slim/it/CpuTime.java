package io.slim.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What a process has used of the processors, its threads that have ended included. */
public final class CpuTime {
    private static final long MILLIS_PER_TICK = 10;

    private CpuTime() {}

    /** User and system time, in steps of 10 ms: proc_pid_stat(5), fields 14 and 15. */
    public static Duration of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Duration.ofMillis(MILLIS_PER_TICK * (Long.parseLong(fields[11]) + Long.parseLong(fields[12])));
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " cannot be looked at", e);
        }
    }
}
