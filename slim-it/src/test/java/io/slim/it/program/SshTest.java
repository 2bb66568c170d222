package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** OpenSSH: a process for each connection, which is handed over by exec. */
@RequiresHost(
        programs = {"sshd", "ssh", "scp", "ssh-keygen"},
        slim = true)
class SshTest {
    private static final int PORT = 2222;
    private static final int FILE_BYTES = 50 << 20;
    /** Where sshd locks itself in; the package's service makes it when it starts. */
    private static final Path JAIL = Path.of("/run/sshd");

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    private static Path directory;
    private static boolean madeJail;

    private Service server;
    private OverlayWatch overlay;

    @BeforeAll
    static void configure() throws IOException {
        madeJail = Files.notExists(JAIL);
        Files.createDirectories(JAIL);
        directory = Files.createDirectory(lab.bed().directory().resolve("ssh"));
        for (String key : List.of("host", "user")) {
            lab.server()
                    .exec("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "" + directory.resolve(key))
                    .orThrow();
        }
        Files.writeString(directory.resolve("sshd_config"), """
                Port %2$d
                ListenAddress 0.0.0.0
                HostKey %1$s/host
                AuthorizedKeysFile %1$s/user.pub
                PidFile none
                UsePAM no
                StrictModes no
                PermitRootLogin yes
                Subsystem sftp internal-sftp
                LogLevel VERBOSE
                """.formatted(directory, PORT));
    }

    @AfterAll
    static void removeJail() throws IOException {
        if (madeJail) {
            Files.delete(JAIL);
        }
    }

    @BeforeEach
    void start() {
        // By its full path: it executes itself for each connection.
        server = Service.start(
                lab.server(),
                PORT,
                "sh",
                "-c",
                "exec \"$(command -v sshd)\" -D -e -f " + directory.resolve("sshd_config"));
        overlay = OverlayWatch.start(lab.bed());
    }

    @AfterEach
    void kill() {
        server.close();
    }

    @Test
    void runsACommandThatSeesOverlayAddresses() {
        String connection =
                client("ssh", "-p", "" + PORT, "root@" + lab.server().address(), "echo $SSH_CONNECTION");
        assertThat(connection)
                .matches(lab.client().address() + " \\d+ " + lab.server().address() + " " + PORT + "\n");
        endCleanly();
    }

    @Test
    void copiesAFileUnharmed() throws IOException {
        byte[] content = new byte[FILE_BYTES];
        new Random(1).nextBytes(content);
        Path original = Files.write(directory.resolve("original"), content);
        Path copy = directory.resolve("copy");
        client("scp", "-P", "" + PORT, "" + original, "root@" + lab.server().address() + ":" + copy);
        assertThat(Files.mismatch(original, copy)).as("first byte that differs").isEqualTo(-1);
        endCleanly();
    }

    private void endCleanly() {
        overlay.assertUnused();
        assertThat(server.stop(0).stderr())
                .contains("Connection from " + lab.client().address() + " port ");
    }

    private static String client(String program, String... arguments) {
        Stream<String> options = Stream.of(
                program,
                "-F",
                "none",
                "-i",
                "" + directory.resolve("user"),
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null");
        String[] command = Stream.concat(options, Stream.of(arguments)).toArray(String[]::new);
        return Shim.in(lab.client()).exec(command).orThrow().stdout();
    }
}
