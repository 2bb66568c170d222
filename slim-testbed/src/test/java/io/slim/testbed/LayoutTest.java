package io.slim.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class LayoutTest {
    @Test
    void containersAreDealtToTheHostsInTurn() {
        Layout layout = new Layout("lab", 3, 2);

        assertThat(layout.containerNumbers()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(layout.containerNumbers().stream().map(layout::hostOf)).containsExactly(1, 2, 3, 1, 2, 3);
    }

    @Test
    void addressesCarryTheNumber() {
        Layout layout = new Layout("lab", 2, 20);

        assertThat(layout.hostAddress(2)).isEqualTo("192.168.77.2");
        assertThat(layout.containerAddress(12)).isEqualTo("10.32.0.12");
        assertThat(layout.containerAddress6(12)).isEqualTo("fd00:32::12");
        assertThat(layout.containerMac(12)).isEqualTo("02:32:00:00:00:0c");
    }

    @Test
    void namespacesOfOtherTestBedsAreNotMistaken() {
        assertThat(Layout.isNamespaceOf("lab", "lab-h1")).isTrue();
        assertThat(Layout.isNamespaceOf("lab", "lab-c12")).isTrue();
        assertThat(Layout.isNamespaceOf("lab", "lab-wire")).isTrue();
        assertThat(Layout.isNamespaceOf("lab", "lab-h1-h1")).isFalse();
        assertThat(Layout.isNamespaceOf("lab", "lab2-h1")).isFalse();
        assertThat(Layout.isNamespaceOf("lab", "lab")).isFalse();
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        assertThatThrownBy(() -> new Layout("Lab one", 2, 1)).hasMessageContaining("\"Lab one\"");
        assertThatThrownBy(() -> new Layout("lab", 0, 1)).hasMessageContaining("hosts: 0 (expected: 1 ... 32)");
        assertThatThrownBy(() -> new Layout("lab", 25, 11))
                .hasMessageContaining("11 (expected: 1 ... 10 with 25 hosts)");
    }
}
