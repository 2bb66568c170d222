package io.slim.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The machine everything runs on: its name for the reader, and its processors. */
public final class Machine {
    /** Fields of the line "cpu" of /proc/stat, see proc(5): user, nice, system, irq, softirq. */
    private static final List<Integer> BUSY = List.of(1, 2, 3, 6, 7);
    /** What the kernel tells user space, whatever its own tick is. */
    private static final double TICKS_PER_SECOND = 100;

    private Machine() {}

    /** Processors, model and kernel. */
    public static String describe() {
        return String.format(
                Locale.ROOT,
                "%d x %s, Linux %s",
                Runtime.getRuntime().availableProcessors(),
                valueOf("/proc/cpuinfo", "model name", System.getProperty("os.arch")),
                System.getProperty("os.version"));
    }

    /** How long all processors together have been busy since the start of the machine, interrupts included: seconds. */
    public static double busySeconds() {
        String[] fields = read("/proc/stat").lines().findFirst().orElse("").split(" +", -1);
        return BUSY.stream().mapToLong(field -> Long.parseLong(fields[field])).sum() / TICKS_PER_SECOND;
    }

    /** The number of the processor for clients. */
    public static int here() {
        return processors().get(0);
    }

    /** The number of the processor for servers: another one if there are two. */
    public static int there() {
        List<Integer> all = processors();
        return all.get(Math.min(1, all.size() - 1));
    }

    /** The numbers of the processors this process may use, at least one. */
    static List<Integer> processors() {
        return Arrays.stream(
                        valueOf("/proc/self/status", "Cpus_allowed_list", "0").split(",", -1))
                .flatMap(range -> {
                    String[] ends = range.split("-", -1);
                    int first = Integer.parseInt(ends[0]);
                    int last = Integer.parseInt(ends[ends.length - 1]);
                    return IntStream.rangeClosed(first, last).boxed();
                })
                .toList();
    }

    private static String valueOf(String file, String key, String otherwise) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(otherwise);
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new TestBedException(file + " cannot be read", e);
        }
    }
}
