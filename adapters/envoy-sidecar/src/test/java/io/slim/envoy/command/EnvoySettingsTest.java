package io.slim.envoy.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.slim.api.ConfigurationException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvoySettingsTest {

    @Test
    void joinsTheRouterThatIsThereUnlessAHostIsNamed() {
        EnvoySettings settings =
                new EnvoySettings(List.of("--socket", "/s", "--", "envoy", "-c", "x", "--socket"), Map.of());
        settings.check();
        assertThat(settings.embeds()).isFalse();
        assertThat(settings.sharedSocket()).isEqualTo(Path.of("/s"));
        assertThat(settings.envoy()).containsExactly("envoy", "-c", "x", "--socket");
        assertThat(settings.drainTime()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void optionsWinOverVariablesAndTheseOverTheFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(
                directory.resolve("envoy.yaml"),
                "host-address: 192.0.2.1\nresolver: static:/x\ncontrol-insecure: true\nid: a\n");
        EnvoySettings settings = new EnvoySettings(
                List.of(
                        "--config=" + file,
                        "--drain-s=0",
                        "--no-accept-redirects",
                        "--netns=/run/netns/pod",
                        "--address",
                        "10.32.0.1,fd00:32::1",
                        "--",
                        "envoy"),
                Map.of("SLIM_ENVOY_ID", "b", "SLIM_ENVOY_DRAIN_S", "7"));
        settings.check();
        assertThat(settings.embeds()).isTrue();
        assertThat(settings.id()).isEqualTo("b");
        assertThat(settings.drainTime()).isZero();
        assertThat(settings.addresses())
                .containsExactly(InetAddress.getByName("10.32.0.1"), InetAddress.getByName("fd00:32::1"));
    }

    /** Nobody else can tell an embedded router who Envoy is: a router in secure mode gives strangers nothing. */
    @Test
    void anEmbeddedRouterInSecureModeIsToldWhereEnvoyIs() {
        List<String> embedded =
                List.of("--host-address=192.0.2.1", "--resolver=static:/x", "--control-insecure", "--", "envoy");
        assertThat(problems(embedded, Map.of()))
                .hasSize(2)
                .anyMatch(text -> text.contains("--netns: missing"))
                .anyMatch(text -> text.contains("--address: missing"));
        assertThat(problems(embedded, Map.of("SLIM_ENVOY_NETNS", "/run/netns/pod")))
                .singleElement()
                .asString()
                .contains("--address: missing");
        new EnvoySettings(embedded, Map.of("SLIM_ENVOY_MODE", "non-secure")).check();
    }

    private static List<String> problems(List<String> arguments, Map<String, String> environment) {
        EnvoySettings settings = new EnvoySettings(arguments, environment);
        try {
            settings.check();
            return List.of();
        } catch (ConfigurationException e) {
            return e.problems().stream().map(Object::toString).toList();
        }
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        EnvoySettings settings = new EnvoySettings(
                List.of("--host-address", "here", "--drain", "3", "--netns"), Map.of("SLIM_ENVOY_NONE", "1"));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(settings::check)
                .satisfies(wrong -> assertThat(wrong.problems())
                        .extracting(Object::toString)
                        .anyMatch(text -> text.contains("--host-address: here"))
                        .anyMatch(text -> text.contains("did you mean --drain-s?"))
                        .anyMatch(text -> text.contains("--netns"))
                        .anyMatch(text -> text.contains("SLIM_ENVOY_NONE"))
                        .anyMatch(text -> text.contains("-- and Envoy's command line")));
    }
}
