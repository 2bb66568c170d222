package io.slim.router.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.HostCapabilities;
import io.slim.api.HostCapability;
import io.slim.api.RouterMode;
import io.slim.router.confine.Confinement;
import io.slim.router.confine.MissingPiece;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostProbeTest {

    @Test
    void thisHost() {
        HostCapabilities here = HostCapabilities.ofThisHost();
        assertThat(here.kernel()).isEqualTo(System.getProperty("os.version"));
        assertThat(here.all().stream().map(HostCapability::name).distinct())
                .containsExactly(
                        "kernel",
                        "native transport",
                        "secure mode",
                        "CAP_SYS_PTRACE",
                        "CAP_SYS_ADMIN",
                        "SO_NETNS_COOKIE",
                        "SO_PEERPIDFD");
        List<String> missing =
                Confinement.missing().stream().map(MissingPiece::what).toList();
        assertThat(here.missing(RouterMode.SECURE).stream()
                        .filter(capability -> capability.name().equals("secure mode"))
                        .map(HostCapability::found))
                .isEqualTo(missing);
        boolean root = System.getProperty("user.name").equals("root");
        assertThat(here.canRun(RouterMode.NON_SECURE)).isEqualTo(root);
    }

    @Test
    void whatIsMissingSaysWhatToDo() {
        HostCapability missing =
                new HostCapability("CAP_X", false, "not held", "work", Set.of(RouterMode.SECURE), "get it");
        HostCapabilities host = new HostCapabilities("5.10", List.of(missing));
        assertThat(host.missing(RouterMode.SECURE)).containsExactly(missing);
        assertThat(host.canRun(RouterMode.NON_SECURE)).isTrue();
        assertThat(missing).hasToString("CAP_X: not held, missing (for: work; remedy: get it)");
    }

    @ParameterizedTest
    @CsvSource({
        "5.9.1, false",
        "5.10, true",
        "5.10.0-30-amd64, true",
        "6.18.44, true",
        "4.19.0, false",
        "10.0, true",
        "x, false"
    })
    void kernels(String release, boolean enough) {
        assertThat(HostProbe.isNewEnough(release)).isEqualTo(enough);
    }
}
