package io.slim.it.nri;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A containerd as {@code ./slim test} has unpacked it from Debian's packages. */
enum ContainerdRelease {
    V1("containerd-1"),
    V2("containerd-2");

    private final Path programs;

    ContainerdRelease(String directory) {
        programs = Path.of(System.getProperty("slim.basedir"), "target", directory, "usr", "bin");
    }

    Path programs() {
        return programs;
    }

    boolean isThere() {
        return Files.isExecutable(programs.resolve("containerd"));
    }

    /** What is its own of the configuration;  */
    List<String> configuration(Path directory, Path cni) {
        String cri = this == V1 ? "io.containerd.grpc.v1.cri" : "io.containerd.cri.v1.runtime";
        List<String> image = this == V1
                ? List.of()
                : List.of(
                        "[plugins.'io.containerd.cri.v1.images']",
                        "snapshotter = 'native'",
                        "[plugins.'io.containerd.cri.v1.images'.pinned_images]",
                        "sandbox = '" + OciImage.PAUSE + "'");
        List<String> own = this == V1
                ? List.of(
                        "sandbox_image = '" + OciImage.PAUSE + "'",
                        "[plugins.'" + cri + "'.containerd]",
                        "snapshotter = 'native'",
                        "default_runtime_name = 'runc'")
                : List.of("enable_cdi = false", "[plugins.'" + cri + "'.containerd]", "default_runtime_name = 'runc'");
        String binaries =
                this == V1 ? "bin_dir = '/usr/lib/cni'" : "bin_dirs = ['/usr/lib/cni']\nuse_internal_loopback = true";
        return List.of(
                "version = " + (this == V1 ? 2 : 3),
                "root = '" + directory + "/root'",
                "state = '" + directory + "/state'",
                "disabled_plugins = ['io.containerd.snapshotter.v1.btrfs', 'io.containerd.snapshotter.v1.zfs',"
                        + " 'io.containerd.snapshotter.v1.devmapper', 'io.containerd.snapshotter.v1.blockfile',"
                        + " 'io.containerd.snapshotter.v1.erofs', 'io.containerd.differ.v1.erofs']",
                "[grpc]",
                "address = '" + directory + "/containerd.sock'",
                "[plugins]",
                String.join("\n", image),
                "[plugins.'" + cri + "']",
                "disable_apparmor = true",
                // Without CAP_SYS_RESOURCE nobody's OOM score can be lowered.
                "restrict_oom_score_adj = true",
                "netns_mounts_under_state_dir = true",
                String.join("\n", own),
                "[plugins.'" + cri + "'.containerd.runtimes.runc]",
                "runtime_type = 'io.containerd.runc.v2'",
                "[plugins.'" + cri + "'.containerd.runtimes.runc.options]",
                "Root = '" + directory + "/runc'",
                "[plugins.'" + cri + "'.cni]",
                binaries,
                "conf_dir = '" + cni + "'",
                "[plugins.'io.containerd.internal.v1.opt']",
                "path = '" + directory + "/opt'",
                "[plugins.'io.containerd.nri.v1.nri']",
                "disable = false",
                "socket_path = '" + directory + "/nri.sock'",
                "plugin_path = '" + directory + "/plugins'",
                "plugin_config_path = '" + directory + "/plugins.conf'",
                // A plug-in that is launched starts a router first, and these tests keep both processors busy.
                "plugin_registration_timeout = '20s'",
                "");
    }
}
