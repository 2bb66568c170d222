package io.slim.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProcessIdentityTest {
    @Test
    void knowsThisProcess() {
        ProcessIdentity self = ProcessIdentity.ofThisProcess();

        assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(self.isAlive()).isTrue();
    }

    @Test
    void anotherProcessWithTheSameNumberIsAnotherOne() {
        ProcessIdentity self = ProcessIdentity.ofThisProcess();

        assertThat(new ProcessIdentity(self.pid(), self.startTime() - 1).isAlive())
                .isFalse();
    }

    @Test
    void anEndedProcessIsNotAlive() throws Exception {
        Process process = new ProcessBuilder("cat").start();
        ProcessIdentity identity = ProcessIdentity.of(process.pid()).orElseThrow();
        assertThat(identity.isAlive()).isTrue();

        process.destroyForcibly().waitFor();

        assertThat(identity.isAlive()).isFalse();
    }
}
