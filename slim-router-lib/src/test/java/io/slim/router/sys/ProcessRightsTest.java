package io.slim.router.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessRightsTest {

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
    void thisProcess() throws Exception {
        // The first in CAP_*'s order; without root, the bounding set has it all the same, as a rule.
        boolean root = System.getProperty("user.name").equals("root");
        if (root) {
            assertThat(ProcessRights.here().dangerous(Path.of("/proc/self"))).contains("CAP_NET_ADMIN");
        }
        assertThat(ProcessRights.here().dangerous(Path.of("/proc/0"))).isEmpty();
    }

    @Test
    void aUserNamespaceOfItsOwnTakesTheDangerAway() throws Exception {
        Process inside =
                new ProcessBuilder("unshare", "--user", "--map-root-user", "sh", "-c", "echo; exec sleep 60").start();
        try {
            assertThat(inside.getInputStream().read()).as("it is in there").isEqualTo('\n');
            assertThat(ProcessRights.here().dangerous(Path.of("/proc", "" + inside.pid())))
                    .isEmpty();
        } finally {
            inside.destroyForcibly();
        }
    }
}
