package io.slim.router.health;

import io.netty.channel.epoll.Epoll;
import io.slim.api.HostCapabilities;
import io.slim.api.HostCapability;
import io.slim.api.RouterMode;
import io.slim.router.confine.Confinement;
import io.slim.router.confine.MissingPiece;
import io.slim.router.sys.KernelFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at what the host, and this process's rights on it, allow a router to do. Starts nothing and changes nothing. */
public final class HostProbe {

    private static final Set<RouterMode> ANY = Set.of(RouterMode.values());
    private static final Set<RouterMode> SECURE = Set.of(RouterMode.SECURE);
    private static final String CONFINING = "confining the host sockets that containers get";
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);
    private static final Pattern EFFECTIVE = Pattern.compile("CapEff:\\s*([0-9a-f]+)");
    private static final int OLDEST_MAJOR = 5;
    private static final int OLDEST_MINOR = 10;
    private static final int CAP_SYS_PTRACE = 19;
    private static final int CAP_SYS_ADMIN = 21;

    private final String kernel;
    private final List<HostCapability> all = new ArrayList<>();

    private HostProbe(String kernel) {
        this.kernel = kernel;
    }

    /** Looks. */
    public static HostCapabilities look() {
        HostProbe probe = new HostProbe(read("/proc/sys/kernel/osrelease").strip());
        probe.kernel();
        probe.secureMode();
        probe.rights();
        probe.features();
        return new HostCapabilities(probe.kernel, probe.all);
    }

    private void kernel() {
        add("kernel", isNewEnough(kernel), kernel, "everything", ANY, "Linux 5.10 or newer");
        add(
                "native transport",
                Epoll.isAvailable(),
                Epoll.isAvailable() ? "loads" : String.valueOf(Epoll.unavailabilityCause()),
                "UNIX sockets and the event loop",
                ANY,
                "a 64-bit JVM on x86-64 or aarch64, and a directory for temporary files from which libraries may load");
    }

    /** One for each piece that is missing. */
    private void secureMode() {
        List<MissingPiece> missing = Confinement.missing();
        if (missing.isEmpty()) {
            add("secure mode", true, "kernel, rights, cgroup2 and libbpf are there", CONFINING, SECURE, "");
        }
        missing.forEach(piece -> add("secure mode", false, piece.what(), CONFINING, SECURE, piece.remedy()));
    }

    static boolean isNewEnough(String release) {
        Matcher matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            return false;
        }
        int major = Integer.parseInt(matcher.group(1));
        return major > OLDEST_MAJOR || (major == OLDEST_MAJOR && Integer.parseInt(matcher.group(2)) >= OLDEST_MINOR);
    }

    private void rights() {
        Matcher matcher = EFFECTIVE.matcher(read("/proc/self/status"));
        long effective = matcher.find() ? Long.parseUnsignedLong(matcher.group(1), 16) : 0;
        String remedy = "run the router as root, or give it this capability";
        right("CAP_SYS_PTRACE", effective, CAP_SYS_PTRACE, "telling the network namespace of a caller", ANY, remedy);
        right(
                "CAP_SYS_ADMIN",
                effective,
                CAP_SYS_ADMIN,
                "containers registered with their namespace; telling a stalled listener from a busy one",
                Set.of(),
                remedy);
    }

    private void right(String name, long effective, int bit, String use, Set<RouterMode> requiredFor, String remedy) {
        boolean held = (effective >>> bit & 1) != 0;
        add(name, held, held ? "held" : "not held", use, requiredFor, remedy);
    }

    private void features() {
        feature(
                "SO_NETNS_COOKIE",
                KernelFeatures.hasNamespaceCookies(),
                "knowing callers without a look at their processes",
                "Linux 5.14 or newer");
        feature(
                "SO_PEERPIDFD",
                KernelFeatures.hasPeerPidfd(),
                "knowing a caller's process although its number may be given to another",
                "Linux 6.5 or newer");
    }

    private void feature(String name, boolean there, String use, String remedy) {
        add(name, there, there ? "there" : "not there", use, Set.of(), remedy);
    }

    private void add(
            String name, boolean present, String found, String use, Set<RouterMode> requiredFor, String remedy) {
        all.add(new HostCapability(name, present, found, use, requiredFor, remedy));
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            return "";
        }
    }
}
