package io.slim.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SlimOptionsTest {

    @Test
    void readsWhatIsAskedFor() {
        SlimOptions options = SlimOptions.of(Map.of(
                "io.slim.enable", "true",
                "io.slim.require", "true",
                "io.slim.prefix", "10.32.0.0/12",
                "io.slim.label.tier", "web",
                "io.podman.annotations.init", "FALSE"));
        assertThat(options.enable()).contains(true);
        assertThat(options.require()).isTrue();
        assertThat(options.prefix()).contains("10.32.0.0/12");
        assertThat(options.labels()).containsExactly(Map.entry("tier", "web"));
        assertThat(options.problems()).isEmpty();
    }

    @Test
    void collectsWhatIsWrong() {
        SlimOptions options = SlimOptions.of(Map.of("io.slim.enable", "yes", "io.slim.prefx", "x"));
        assertThat(options.enable()).isEmpty();
        assertThat(options.problems())
                .containsExactlyInAnyOrder(
                        "annotation io.slim.enable: yes (expected: true or false)",
                        "annotation io.slim.prefx: unknown (expected: one of io.slim.enable, io.slim.require,"
                                + " io.slim.prefix, io.slim.rate, io.slim.mode, io.slim.label.KEY)");
    }
}
