package io.slim.oci.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IncarnationTest {

    @Test
    void knowsAProcessFromALaterOneOfTheSameNumber() throws Exception {
        Process process = new ProcessBuilder("sleep", "1000").start();
        Incarnation alive = Incarnation.of((int) process.pid()).orElseThrow();
        assertThat(alive.isAlive()).isTrue();
        assertThat(new Incarnation(alive.pid(), alive.start() - 1).isAlive()).isFalse();
        process.destroyForcibly().waitFor();
        assertThat(alive.isAlive()).isFalse();
        assertThat(Incarnation.of(0)).isEmpty();
    }
}
