package io.slim.router.secure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecureModeTest {

    private static final String RUNTIMES = "0123456789abcdef".repeat(4);

    @Test
    void namesFitAndDiffer() {
        assertThat(SecureMode.name("web", 0)).isEqualTo("web");
        assertThat(SecureMode.name("web", 0x4711)).isEqualTo("web.4711");
        assertThat(SecureMode.name(RUNTIMES, 1))
                .hasSize(63)
                .startsWith("0123456789abcdef")
                .isNotEqualTo(SecureMode.name(RUNTIMES, 2))
                .isEqualTo(SecureMode.name(RUNTIMES, 1));
        assertThat(SecureMode.name("x".repeat(63), 0)).isEqualTo("x".repeat(63));
    }
}
