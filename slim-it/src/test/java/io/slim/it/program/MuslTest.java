package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.junit.RequiresHost;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same program linked against musl and glibc, on either side. */
@RequiresHost(
        programs = {"musl-gcc", "gcc"},
        slim = true)
class MuslTest {
    private static final int PORT = 9300;
    private static final Path SOURCE = Path.of("src/test/c/program/echo.c").toAbsolutePath();

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    @BeforeAll
    static void compile() {
        lab.server()
                .exec("musl-gcc", "-O2", "-Wall", "-Werror", "-o", program("musl"), "" + SOURCE)
                .orThrow();
        lab.server()
                .exec("gcc", "-O2", "-Wall", "-Werror", "-o", program("glibc"), "" + SOURCE)
                .orThrow();
    }

    @ParameterizedTest(name = "{0} client, {1} server")
    @CsvSource({"musl, musl", "musl, glibc", "glibc, musl"})
    void echoesOverTheHostPath(String clientLibc, String serverLibc) {
        try (Service server = Service.start(lab.server(), PORT, program(serverLibc), "serve", "" + PORT)) {
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            String names = Shim.in(lab.client())
                    .exec(program(clientLibc), "talk", lab.server().address(), "" + PORT, "50000000")
                    .orThrow()
                    .stdout();
            overlay.assertUnused();
            String seen = lab.client().address() + " -> " + lab.server().address() + "\n";
            assertThat(names).isEqualTo(seen + seen);
            server.stop(Service.BY_SIGTERM);
        }
    }

    private static String program(String libc) {
        return lab.bed().directory().resolve("echo-" + libc).toString();
    }
}
