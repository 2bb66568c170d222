package io.slim.router.confine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kernels that were built without BTF, their own description of their types, confine as well. */
@Tag("root")
class WithoutKernelTypesTest {

    /** Opens a confinement, which tries all that it does, in a JVM of its own. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] arguments) throws Exception {
            new ConfinedHost("127.0.0.10").closeForGood();
            System.out.println("confined, kernel types there: " + Files.exists(Path.of("/sys/kernel/btf/vmlinux")));
            System.exit(0);
        }
    }

    @Test
    void programsLoadAndConfine() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-ec",
                        "if [ -d /sys/kernel/btf ]; then mount -t tmpfs none /sys/kernel/btf; fi; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Objects.requireNonNull(System.getProperty("java.class.path")),
                        Opening.class.getName()))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(said).contains("confined, kernel types there: false");
        assertThat(process.exitValue()).isZero();
    }
}
