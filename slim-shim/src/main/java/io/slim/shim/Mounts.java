package io.slim.shim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The mounts of this process, as proc(5) describes {@code /proc/self/mountinfo}. */
final class Mounts {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT = 4;
    private static final int OPTIONS = 5;

    private Mounts() {}

    /** Programs cannot map code from a file system that is mounted noexec: ld.so would ignore the library with a message on every start. */
    static void refuseNoexec(Path directory) throws IOException {
        if (isNoexec(Files.readAllLines(MOUNTINFO), directory.toRealPath())) {
            throw new IOException(
                    "directory of the shim: " + directory
                            + " is on a file system mounted noexec (expected: one from which programs can load libraries, such as /var/lib)");
        }
    }

    static boolean isNoexec(List<String> mountinfo, Path directory) {
        int longest = -1;
        boolean noexec = false;
        for (String line : mountinfo) {
            String[] fields = line.split(" ", -1);
            Path mountPoint = Path.of(fields[MOUNT_POINT].replace("\\040", " "));
            /* Of several mounts on one point the last one is seen. */
            if (directory.startsWith(mountPoint) && mountPoint.getNameCount() >= longest) {
                longest = mountPoint.getNameCount();
                noexec = Arrays.asList(fields[OPTIONS].split(",", -1)).contains("noexec");
            }
        }
        return noexec;
    }
}
