package io.slim.router.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.ConfigurationException;
import io.slim.router.lab.Fuzz;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is in the hosts file is a table, or a list of problems. */
class HostsFileFuzzTest {

    @TempDir
    private Path directory;

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void files() {
        Path file = directory.resolve("hosts.yaml");
        List<byte[]> corpus = List.of(
                text("""
                        hosts:
                          10.32.0.1: 192.168.77.1
                          10.40.0.0/16: 192.168.77.2
                          "fd00:1::/64": fd00::7
                        """),
                text("hosts: { 10.32.0.1: 127.0.0.1, \"::ffff:10.1.2.3\": &a 127.0.0.2, 10.0.0.0/8: *a }\n"),
                text("---\n? hosts\n: ? 10.0.0.1\n  : !!str \"1.2.3.4\"\n...\n# comment\n"),
                text("hosts: [ [ { a: |\n  text\n, b: >-\n  folded\n} ] ]\n%YAML 1.2\n"));
        long[] read = new long[1];
        Fuzz.run("hosts files", corpus, (input, random) -> {
            Files.write(file, input);
            try {
                HostsFile.read(file);
                read[0]++;
            } catch (ConfigurationException e) {
                assertThat(e.problems()).isNotEmpty();
            }
        });
        assertThat(read[0]).as("files that were good").isPositive();
    }

    /** A file that makes a parser recurse is refused as any other bad one. */
    @Test
    void deepNesting() throws Exception {
        Path file = directory.resolve("hosts.yaml");
        for (String open : new String[] {"[", "{", "{a: ", "- ", "? "}) {
            Files.writeString(file, "hosts: \n " + open.repeat(100_000));
            try {
                HostsFile.read(file);
                throw new AssertionError("read: " + open);
            } catch (ConfigurationException e) {
                assertThat(e.problems()).isNotEmpty();
            }
        }
    }
}
