package io.slim.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.event.Reason;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    @Test
    void isWrittenAsInLogs() throws Exception {
        assertThat(new Endpoint(InetAddress.getByAddress(new byte[] {10, 32, 0, 2}), 6379))
                .hasToString("10.32.0.2:6379");
        assertThat(new Endpoint(InetAddress.getByAddress(new byte[16]), 80)).hasToString("[0:0:0:0:0:0:0:0]:80");
    }

    @Test
    void portsHaveARange() {
        InetAddress address = InetAddress.getLoopbackAddress();
        assertThatThrownBy(() -> new Endpoint(address, -1)).hasMessage("port: -1 (expected: 0 to 65535)");
        assertThatThrownBy(() -> new Endpoint(address, 65536)).hasMessageContaining("65536");
    }

    @Test
    void portRanges() {
        assertThat(PortRange.parse("61000-64999")).isEqualTo(new PortRange(61000, 64999));
        assertThat(new PortRange(7, 7).size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "-", "7-", "-7", "a-b", "9-7", "0-7", "7-65536", "1-2-3"})
    void whatIsNoPortRange(String text) {
        assertThatThrownBy(() -> PortRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("port range: ");
    }

    @Test
    void reasonsHaveTheNumbersOfTheProtocol() {
        for (Reason reason : Reason.values()) {
            assertThat(Reason.ofCode(reason.code())).isEqualTo(reason);
        }
        assertThat(Reason.ENCRYPTED.code()).isEqualTo(12);
        assertThat(Reason.ofCode(99)).isEqualTo(Reason.INTERNAL);
        assertThat(Reason.ofCode(-1)).isEqualTo(Reason.INTERNAL);
    }
}
