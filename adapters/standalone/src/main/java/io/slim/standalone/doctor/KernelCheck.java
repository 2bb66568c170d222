package io.slim.standalone.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Version and features of the kernel. Features are tried, not guessed from the version. */
final class KernelCheck implements Check {

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final int LEAST_MAJOR = 5;
    private static final int LEAST_MINOR = 10;

    private final String release;

    KernelCheck() {
        this(System.getProperty("os.version"));
    }

    KernelCheck(String release) {
        this.release = release;
    }

    @Override
    public List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        findings.add(
                isNewEnough()
                        ? Finding.ok("kernel", release)
                        : Finding.fail("kernel", release, "use Linux 5.10 or newer"));
        findings.add(
                SocketOption.PEERPIDFD.isKnown()
                        ? Finding.ok("caller's identity", "by SO_PEERPIDFD")
                        : Finding.warn(
                                "caller's identity",
                                "no SO_PEERPIDFD: processes are told apart by their number alone",
                                "Linux 6.5 or newer closes a gap when process numbers are used again"));
        findings.add(
                SocketOption.NETNS_COOKIE.isKnown()
                        ? Finding.ok("network namespaces", "told by SO_NETNS_COOKIE")
                        : Finding.warn(
                                "network namespaces",
                                "no SO_NETNS_COOKIE",
                                "Linux 5.14 or newer tells callers apart without a look at their processes"));
        return findings;
    }

    private boolean isNewEnough() {
        Matcher version = VERSION.matcher(release);
        if (!version.matches()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        return major > LEAST_MAJOR || (major == LEAST_MAJOR && minor >= LEAST_MINOR);
    }
}
