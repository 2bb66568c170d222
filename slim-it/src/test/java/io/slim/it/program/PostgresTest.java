package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PostgreSQL: select() on the listeners, a process for each connection that closes them at once. pgbench connects without blocking. */
@RequiresHost(
        programs = {"pgbench", "psql", "setpriv"},
        slim = true)
class PostgresTest {
    private static final int PORT = 5432;
    private static final Pattern RECEIVED = Pattern.compile("connection received: host=(\\S+)");

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    private static Path directory;
    private static Path data;

    private Service server;
    private OverlayWatch overlay;

    @BeforeAll
    static void initialise() throws IOException {
        directory = Unprivileged.directory(lab, "postgres");
        data = directory.resolve("data");
        lab.server()
                .exec(Unprivileged.command(
                        program("initdb"), "-D", "" + data, "-U", "postgres", "-A", "trust", "--locale=C", "--no-sync"))
                .orThrow();
        Files.writeString(data.resolve("pg_hba.conf"), "host all all 10.32.0.0/12 trust\n", StandardOpenOption.APPEND);
    }

    @BeforeEach
    void start() {
        String options = "-D %s -p %d -h 0.0.0.0 -k %s -F -c log_connections=on".formatted(data, PORT, directory);
        String[] command = (program("postgres") + " " + options).split(" ", -1);
        server = Service.start(lab.server(), PORT, Unprivileged.command(command));
        server.process()
                .waitForOutput("readiness", Service.READY, output -> output.contains("ready to accept connections"));
        overlay = OverlayWatch.start(lab.bed());
    }

    @AfterEach
    void kill() {
        server.close();
    }

    @Test
    void servesLongConnections() {
        client("pgbench", "-i", "-q", "postgres");
        String report = client("pgbench", "-c", "32", "-j", "2", "-t", "100", "-S", "postgres");
        assertThat(report).contains("transactions actually processed: 3200/3200");
        endCleanly();
    }

    @Test
    void servesAConnectionForEachTransaction() throws IOException {
        Path script = Files.writeString(directory.resolve("query.sql"), "SELECT 1;\n");
        String report = client("pgbench", "-n", "-C", "-c", "32", "-j", "2", "-t", "20", "-f", "" + script, "postgres");
        assertThat(report).contains("transactions actually processed: 640/640");
        endCleanly();
    }

    @Test
    void knowsOverlayAddresses() {
        String names =
                client("psql", "-At", "-c", "SELECT host(inet_client_addr()), host(inet_server_addr())", "postgres");
        assertThat(names).isEqualTo(lab.client().address() + "|" + lab.server().address() + "\n");
        endCleanly();
    }

    private void endCleanly() {
        overlay.assertUnused();
        String log = server.stop(0).stderr();
        assertThat(RECEIVED.matcher(log).results().map(found -> found.group(1)).distinct())
                .containsExactly(lab.client().address());
    }

    private static String client(String program, String... arguments) {
        Stream<String> server = Stream.of("-h", lab.server().address(), "-p", "" + PORT, "-U", "postgres");
        Stream<String> command = Stream.concat(Stream.concat(Stream.of(program), server), Stream.of(arguments));
        return Shim.in(lab.client())
                .exec(command.toArray(String[]::new))
                .orThrow()
                .stdout();
    }

    /** Debian keeps the server's programs out of PATH, by version. */
    private static String program(String name) {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin").resolve(name))
                    .filter(Files::isExecutable)
                    .findAny()
                    .orElseThrow(() -> new AssertionError(name + " is not there (install postgresql)"))
                    .toString();
        } catch (IOException e) {
            return name;
        }
    }
}
