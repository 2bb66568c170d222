package io.slim.router.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypeTest {

    @Test
    void readsWhatItIsGiven() {
        assertThat(ValueType.ADDRESS.parser().apply("fd00::1").getHostAddress()).isEqualTo("fd00:0:0:0:0:0:0:1");
        assertThat(ValueType.ENDPOINT.parser().apply("127.0.0.1:9100")).hasToString("127.0.0.1:9100");
        assertThat(ValueType.ENDPOINT.parser().apply("[::1]:9100").port()).isEqualTo(9100);
        assertThat(ValueType.PATH.parser().apply("a")).isEqualTo(Path.of("a").toAbsolutePath());
        assertThat(ValueType.MILLISECONDS.parser().apply("80")).isEqualTo(Duration.ofMillis(80));
        assertThat(ValueType.SWITCH.parser().apply("off")).isFalse();
        assertThat(ValueType.oneOf("X", Map.of("a", 1, "b", 2)).expected()).isEqualTo("a or b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "1.2.3.4.5", "1.2.3.400", "", "fd00::x"})
    void addressesAreNeverLookedUp(String text) {
        assertThatThrownBy(() -> ValueType.ADDRESS.parser().apply(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", ":80", "::1:80", "127.0.0.1:0", "127.0.0.1:65536", "[::1]"})
    void endpointsHaveAnAddressAndAPort(String text) {
        assertThatThrownBy(() -> ValueType.ENDPOINT.parser().apply(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "99999999999", "1s", ""})
    void timesArePositive(String text) {
        assertThatThrownBy(() -> ValueType.SECONDS.parser().apply(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
