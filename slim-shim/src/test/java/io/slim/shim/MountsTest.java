package io.slim.shim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountsTest {
    private static final List<String> DEBIAN = List.of(
            "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw",
            "24 22 0:22 / /run rw,nosuid,nodev,noexec,relatime shared:5 - tmpfs tmpfs rw,size=1617088k",
            "30 24 0:26 / /run/user\\040data rw,nosuid shared:9 - tmpfs tmpfs rw",
            "31 22 0:27 / /mnt rw,noexec - tmpfs tmpfs rw",
            "32 31 0:28 / /mnt rw - tmpfs tmpfs rw");

    @Test
    void theInnermostMountDecides() {
        assertThat(Mounts.isNoexec(DEBIAN, Path.of("/run/slim/lib"))).isTrue();
        assertThat(Mounts.isNoexec(DEBIAN, Path.of("/running"))).isFalse();
        assertThat(Mounts.isNoexec(DEBIAN, Path.of("/var/lib/slim"))).isFalse();
        assertThat(Mounts.isNoexec(DEBIAN, Path.of("/run/user data/slim"))).isFalse();
    }

    @Test
    void theLastMountOnAPointDecides() {
        assertThat(Mounts.isNoexec(DEBIAN, Path.of("/mnt/slim"))).isFalse();
    }
}
