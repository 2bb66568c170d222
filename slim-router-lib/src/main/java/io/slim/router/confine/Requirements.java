package io.slim.router.confine;

import io.slim.router.sys.LibBpf;
import io.slim.router.sys.Libc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What confinement needs of the host; looks for all of it, so that everything that is missing can be said at once. */
final class Requirements {

    private static final Path BPF_MOUNT = Path.of("/sys/fs/bpf");
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);
    private static final Pattern EFFECTIVE = Pattern.compile("CapEff:\\s*([0-9a-f]+)");
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_BPF = 39;

    private final List<MissingPiece> missing = new ArrayList<>();
    private int release;
    private @Nullable LibBpf bpf;
    private @Nullable Path cgroups;
    private @Nullable Path pins;
    private @Nullable ByteBuffer programs;
    private @Nullable ByteBuffer vault;

    /**
     * All that is needed.
     *
     * @param release of the kernel: major * 1000 + minor
     * @param cgroups where cgroup2 is mounted
     * @param pins where bpffs is mounted
     * @param programs the object
     * @param vault the executable
     */
    record Found(int release, LibBpf bpf, Path cgroups, Path pins, ByteBuffer programs, ByteBuffer vault) {

        /** Whether bpf_set_retval is there (Linux 5.18): programs can choose the errno. */
        boolean distinctErrors() {
            return release >= 5018;
        }
    }

    private Requirements() {}

    /**
     * Looks for everything. Mounts bpffs where it belongs if it is not mounted.
     *
     * @throws ConfinementException naming all that is missing
     */
    static Found find() throws ConfinementException {
        Requirements all = new Requirements();
        all.kernel();
        all.rights();
        all.library();
        all.resources();
        all.mounts();
        return all.found();
    }

    /** Looks, but changes nothing. */
    static List<MissingPiece> missing() {
        Requirements all = new Requirements();
        all.kernel();
        all.rights();
        all.library();
        all.resources();
        all.cgroups();
        return all.missing;
    }

    private Found found() throws ConfinementException {
        if (!missing.isEmpty() || bpf == null || cgroups == null || pins == null || programs == null || vault == null) {
            throw new ConfinementException(
                    missing.stream().map(MissingPiece::toString).toList());
        }
        return new Found(release, bpf, cgroups, pins, programs, vault);
    }

    private void kernel() {
        String text = read("/proc/sys/kernel/osrelease").strip();
        Matcher matcher = RELEASE.matcher(text);
        if (matcher.matches()) {
            release = Integer.parseInt(matcher.group(1)) * 1000 + Integer.parseInt(matcher.group(2));
        }
        if (release < 5010) {
            lack("kernel " + text, "expected: Linux 5.10 or newer");
        }
    }

    private void rights() {
        Matcher matcher = EFFECTIVE.matcher(read("/proc/self/status"));
        long effective = matcher.find() ? Long.parseUnsignedLong(matcher.group(1), 16) : 0;
        boolean admin = holds(effective, CAP_SYS_ADMIN);
        if (!holds(effective, CAP_NET_ADMIN) || !(admin || holds(effective, CAP_BPF))) {
            lack("no CAP_NET_ADMIN and CAP_BPF", "run the router as root; before Linux 5.8 it is CAP_SYS_ADMIN");
        }
    }

    private void lack(String what, String remedy) {
        missing.add(new MissingPiece(what, remedy));
    }

    private static boolean holds(long set, int capability) {
        return (set >>> capability & 1) != 0;
    }

    private void library() {
        try {
            bpf = LibBpf.load();
        } catch (UnsatisfiedLinkError e) {
            lack(LibBpf.LIBRARY + " cannot be loaded", "apt-get install libbpf1; dnf install libbpf");
        }
    }

    private void resources() {
        programs = resource(
                "META-INF/bpf/slim.bpf.o",
                "the eBPF programs are not in slim-router-lib's jar",
                "build it on a machine with clang");
        String machine = architecture();
        vault = resource(
                "META-INF/native/linux-" + machine + "/slim-vault",
                "slim-vault for " + machine + " is not on the class path",
                "add io.slim:slim-shim");
    }

    /** A resource, in memory that C can read. */
    private @Nullable ByteBuffer resource(String name, String otherwise, String remedy) {
        ClassLoader loader = Requirements.class.getClassLoader();
        try (InputStream in = loader == null ? null : loader.getResourceAsStream(name)) {
            if (in != null) {
                byte[] content = in.readAllBytes();
                return ByteBuffer.allocateDirect(content.length).put(content).flip();
            }
            lack(otherwise, remedy);
        } catch (IOException e) {
            lack(otherwise + ": " + e.getMessage(), remedy);
        }
        return null;
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64" -> "x86_64";
            case "arm64" -> "aarch64";
            default -> name;
        };
    }

    private void mounts() {
        cgroups();
        try {
            pins = CgroupPlace.mountOf("bpf").orElse(null);
            if (pins == null) {
                if (Libc.INSTANCE.mount("bpf", BPF_MOUNT.toString(), "bpf", 0, null) == 0) {
                    pins = BPF_MOUNT;
                } else {
                    lack(
                            "bpffs is not mounted and mounting it fails: " + Libc.INSTANCE.strerror(Libc.errno()),
                            "mount -t bpf bpf " + BPF_MOUNT);
                }
            }
        } catch (IOException e) {
            lack("bpffs: " + e.getMessage(), "mount -t bpf bpf " + BPF_MOUNT);
        }
    }

    private void cgroups() {
        try {
            Optional<Path> mount = CgroupPlace.mount();
            cgroups = mount.orElse(null);
            if (mount.isEmpty()) {
                lack(
                        "cgroup2 is not mounted",
                        "mount -t cgroup2 none /sys/fs/cgroup/unified; \"ip netns exec\" hides it, use nsenter --net=/run/netns/NAME");
            }
        } catch (IOException e) {
            lack("cgroup2: " + e.getMessage(), "mount -t cgroup2 none /sys/fs/cgroup/unified");
        }
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            return "";
        }
    }
}
