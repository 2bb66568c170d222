package io.slim.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelCheckTest {

    @ParameterizedTest
    @CsvSource({"4.19.0-27-amd64,FAIL", "5.9.16,FAIL", "5.10.0,OK", "6.1.0-18,OK", "10.0,OK", "strange,FAIL"})
    void wantsFiveTen(String release, Finding.Level level) {
        assertThat(new KernelCheck(release).run().get(0).level()).isEqualTo(level);
    }
}
