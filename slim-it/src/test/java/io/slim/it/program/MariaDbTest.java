package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MariaDB: poll on its listeners, a thread for each connection. */
@RequiresHost(
        programs = {"mariadbd", "mariadb-install-db", "mariadb-slap", "mariadb"},
        slim = true)
class MariaDbTest {
    private static final int PORT = 3306;
    private static final String[] LOAD = {
        "--concurrency=32", "--auto-generate-sql", "--auto-generate-sql-load-type=read"
    };

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    @Test
    void servesItsLoadToolOverTheHostPath() throws IOException {
        Path directory = Unprivileged.directory(lab, "mariadb");
        try (Service server = Service.start(lab.server(), PORT, Unprivileged.command(initialise(directory)))) {
            server.process()
                    .waitForOutput("readiness", Service.READY, output -> output.contains("ready for connections"));
            OverlayWatch overlay = OverlayWatch.start(lab.bed());
            load("--number-of-queries=3200");
            load("--number-of-queries=640", "--detach=1"); // a connection for each query
            assertThat(client("mariadb", "-N", "-e", "SELECT USER()"))
                    .isEqualTo("tester@" + lab.client().address() + "\n");
            overlay.assertUnused();
            server.stop(0);
        }
    }

    /** Makes the databases, and returns the command that starts the server on them. */
    private static String[] initialise(Path directory) throws IOException {
        Path data = directory.resolve("data");
        String install =
                "mariadb-install-db --no-defaults --datadir=%s --skip-test-db --auth-root-authentication-method=normal";
        lab.server()
                .exec(Unprivileged.command(install.formatted(data).split(" ", -1)))
                .orThrow();
        Path users = Files.writeString(
                directory.resolve("users.sql"),
                "CREATE USER tester@'10.32.%';\nGRANT ALL ON *.* TO tester@'10.32.%';\n");
        String server =
                "mariadbd --no-defaults --datadir=%s --socket=%s/socket --pid-file=%s/pid --port=%d --bind-address=0.0.0.0"
                        + " --skip-name-resolve --init-file=%s --innodb-flush-log-at-trx-commit=0";
        return server.formatted(data, directory, directory, PORT, users).split(" ", -1);
    }

    private static void load(String... options) {
        client(
                "mariadb-slap",
                Stream.concat(Stream.of(LOAD), Stream.of(options)).toArray(String[]::new));
    }

    private static String client(String program, String... arguments) {
        Stream<String> options =
                Stream.of(program, "--no-defaults", "-h", lab.server().address(), "-P", "" + PORT, "-u", "tester");
        String[] command = Stream.concat(options, Stream.of(arguments)).toArray(String[]::new);
        return Shim.in(lab.client()).exec(command).orThrow().stdout();
    }
}
