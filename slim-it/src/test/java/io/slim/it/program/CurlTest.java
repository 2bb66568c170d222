package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** curl and Python's http.server (poll, a thread for each connection), with a file that sendfile(2) sends. */
@RequiresHost(
        programs = {"curl", "python3"},
        slim = true)
class CurlTest {
    private static final int PORT = 8000;
    private static final int FILE_BYTES = 50 << 20;

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    @Test
    void fetchesAFileOverTheHostPath() throws IOException {
        Path directory = Files.createDirectory(lab.bed().directory().resolve("curl"));
        byte[] content = new byte[FILE_BYTES];
        new Random(1).nextBytes(content);
        Path original = Files.write(directory.resolve("original"), content);
        Path copy = directory.resolve("copy");
        try (Service server = Service.start(
                lab.server(),
                PORT,
                "python3",
                "-u",
                "-m",
                "http.server",
                "" + PORT,
                "--bind",
                "0.0.0.0",
                "-d",
                "" + directory)) {
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            String url = "http://" + lab.server().address() + ":" + PORT + "/original";
            String names = Shim.in(lab.client())
                    .exec("curl", "-sS", "-m", "20", "-o", "" + copy, "-w", "%{local_ip} -> %{remote_ip}", url)
                    .orThrow()
                    .stdout();
            overlay.assertUnused();
            assertThat(names)
                    .isEqualTo(lab.client().address() + " -> " + lab.server().address());
            assertThat(Files.mismatch(original, copy))
                    .as("first byte that differs")
                    .isEqualTo(-1);
            assertThat(server.stop(Service.BY_SIGTERM).stderr())
                    .startsWith(lab.client().address() + " - - ");
        }
    }
}
