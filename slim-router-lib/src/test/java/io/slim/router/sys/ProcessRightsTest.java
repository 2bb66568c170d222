package io.slim.router.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessRightsTest {

    private static final int MOST = 1000;

    @ParameterizedTest
    @CsvSource({
        // A Docker container's root: neither CAP_NET_ADMIN (bit 12) nor CAP_SYS_ADMIN (bit 21).
        "00000000a80425fb, 00000000a80425fb, 0, false",
        "00000000a80435fb, 00000000a80435fb, 0, true",
        // A user without capabilities gains them by a set-user-ID program, unless that is ruled out.
        "0000000000000000, 000001ffffffffff, 0, true",
        "0000000000000000, 000001ffffffffff, 1, false",
        "0000000000200000, 0000000000000000, 1, true",
    })
    void whatCanBeGainedCounts(String permitted, String bounding, int noNewPrivileges, boolean dangerous) {
        long gainable = ProcessRights.gainable(List.of(
                "Name:\tx",
                "CapInh:\t0000000000000000",
                "CapPrm:\t" + permitted,
                "CapEff:\t0000000000000000",
                "CapBnd:\t" + bounding,
                "CapAmb:\t0000000000000000",
                "NoNewPrivs:\t" + noNewPrivileges));
        boolean found = ProcessRights.DANGEROUS.values().stream().anyMatch(bit -> (gainable >>> bit & 1) != 0);
        assertThat(found).isEqualTo(dangerous);
    }

    @Test
    void whatCannotBeReadIsNotHarmless(@TempDir Path process) throws Exception {
        Path status = Files.createDirectories(process.resolve("task/1")).resolve("status");
        assertThat(ProcessRights.here().dangerous(process, MOST))
                .as("a thread that has ended")
                .isEmpty();
        Files.createDirectory(status);
        assertThat(ProcessRights.here().dangerous(process, MOST)).contains("what cannot be read");
        Files.delete(status);
        Files.writeString(status, "Name:\tcut off\n");
        assertThat(ProcessRights.here().dangerous(process, MOST)).contains("what cannot be read");
        Files.writeString(status, "CapPrm:\tzz\n");
        assertThat(ProcessRights.here().dangerous(process, MOST)).contains("what cannot be read");
    }

    @Test
    void moreThreadsThanAreLookedAt() throws Exception {
        assertThat(ProcessRights.hasMoreThreads(Path.of("/proc/self"), 1)).isTrue();
        assertThat(ProcessRights.hasMoreThreads(Path.of("/proc/self"), 100_000)).isFalse();
        assertThat(ProcessRights.hasMoreThreads(Path.of("/proc/0"), 1)).isFalse();
    }

    @Test
    void whoIsInAPidNamespaceOfItsOwn(@TempDir Path process) throws Exception {
        assertThat(ProcessRights.isBelow(Path.of("/proc/self"))).isFalse();
        assertThat(ProcessRights.isBelow(Path.of("/proc/0"))).isFalse();
        Files.writeString(process.resolve("status"), "NSpid:\t4711\t1\n");
        assertThat(ProcessRights.isBelow(process)).isTrue();
    }

    @Test
    void thisProcess() throws Exception {
        // The first in CAP_*'s order; without root, the bounding set has it all the same, as a rule.
        boolean root = System.getProperty("user.name").equals("root");
        if (root) {
            assertThat(ProcessRights.here().dangerous(Path.of("/proc/self"), MOST))
                    .contains("CAP_NET_ADMIN");
        }
        assertThat(ProcessRights.here().dangerous(Path.of("/proc/0"), MOST)).isEmpty();
    }

    @Test
    void aUserNamespaceOfItsOwnTakesTheDangerAway() throws Exception {
        Process inside =
                new ProcessBuilder("unshare", "--user", "--map-root-user", "sh", "-c", "echo; exec sleep 60").start();
        try {
            assertThat(inside.getInputStream().read()).as("it is in there").isEqualTo('\n');
            assertThat(ProcessRights.here().dangerous(Path.of("/proc", "" + inside.pid()), MOST))
                    .isEmpty();
        } finally {
            inside.destroyForcibly();
        }
    }
}
