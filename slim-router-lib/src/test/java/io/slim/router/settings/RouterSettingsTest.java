package io.slim.router.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.ConfigurationException;
import io.slim.api.RouterConfig;
import io.slim.api.RouterLimits;
import io.slim.api.RouterMode;
import io.slim.api.RouterTimes;
import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RouterSettingsTest {

    private static SettingsReader minimal() {
        return new SettingsReader(RouterSettings.all())
                .flag("host-address", "192.0.2.1", "HOST-IP")
                .flag("resolver", "static:/x", "--resolver")
                .flag("mode", "non-secure", "--mode")
                .flag("control-insecure", "true", "--control-insecure");
    }

    @Test
    void theDeclaredDefaultsAreThoseOfTheApi() throws Exception {
        RouterConfig declared = RouterSettings.config(minimal().read());
        RouterConfig api = RouterConfig.builder()
                .hostAddress(InetAddress.getByName("192.0.2.1"))
                .mode(RouterMode.NON_SECURE)
                .controlInsecure(true)
                .build();
        assertThat(declared).usingRecursiveComparison().isEqualTo(api);
        assertThat(declared.times()).isEqualTo(RouterTimes.DEFAULT);
        assertThat(declared.limits()).isEqualTo(RouterLimits.DEFAULT);
    }

    @Test
    void eachLimitAndTimeReachesItsPlace() {
        RouterConfig config = RouterSettings.config(minimal()
                .flag("connect-deadline-ms", "1", "x")
                .flag("shadow-stall-ms", "2", "x")
                .flag("port-rest-s", "3", "x")
                .flag("announce-ttl-s", "4", "x")
                .flag("container-linger-s", "11", "x")
                .flag("containers", "12", "x")
                .flag("connections", "5", "x")
                .flag("connections-per-container", "6", "x")
                .flag("connects-per-container", "7", "x")
                .flag("listeners-per-container", "8", "x")
                .flag("peers", "9", "x")
                .flag("peer-table-sets", "16", "x")
                .flag("ready-sockets", "10", "x")
                .flag("grants-per-peer", "13", "x")
                .flag("grants-per-container", "14", "x")
                .read());
        assertThat(config.limits()).isEqualTo(new RouterLimits(12, 5, 6, 7, 8, 9, 16, 10, 13, 14));
        assertThat(config.times().connectDeadline()).hasMillis(1);
        assertThat(config.times().shadowStall()).hasMillis(2);
        assertThat(config.times().portRest()).hasSeconds(3);
        assertThat(config.times().announceTtl()).hasSeconds(4);
        assertThat(config.times().containerLinger()).hasSeconds(11);
    }

    @Test
    void socketDirectoriesCanBeElsewhereThanTheState() {
        assertThat(RouterSettings.config(
                                minimal().flag("state-dir", "/run/other", "x").read())
                        .containersDirectory())
                .isEqualTo(Path.of("/run/other/containers"));
        assertThat(RouterSettings.config(minimal()
                                .flag("containers-dir", "/run/shared", "x")
                                .read())
                        .containersDirectory())
                .isEqualTo(Path.of("/run/shared"));
    }

    @Test
    void whatDoesNotFitTogetherIsToldWithItsPlaceToo() {
        SettingsReader reader = minimal()
                .flag("control-port", "61000", "SOME_VARIABLE")
                .flag("connect-deadline-ms", "99999", "f:1: connect-deadline-ms")
                .flag("host-address", "x", "HOST-IP");
        assertThatThrownBy(() -> RouterSettings.config(reader.read()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("SOME_VARIABLE: 61000 (expected: a port outside the listen ports")
                .hasMessageContaining("f:1: connect-deadline-ms: PT1M39.999S (expected: at most PT10S)")
                .hasMessageContaining("HOST-IP: x (expected: an IPv4 or IPv6 address)")
                .extracting(e -> ((ConfigurationException) e).problems().size())
                .isEqualTo(3);
    }

    @Test
    void nothingGivenLeavesTheThingsThatMustBe() {
        assertThatThrownBy(() -> RouterSettings.config(new SettingsReader(RouterSettings.all()).read()))
                .hasMessageContaining("--resolver: missing")
                .hasMessageContaining("--host-address: missing")
                .hasMessageContaining("control channel: missing");
    }
}
