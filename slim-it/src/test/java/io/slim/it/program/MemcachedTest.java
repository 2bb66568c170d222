package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.it.RoutedLab;
import io.slim.testbed.junit.RequiresHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** memcached (libevent, four threads) under both load tools of libmemcached. */
@RequiresHost(
        programs = {"memcached", "memcaslap", "memcslap", "python3"},
        slim = true)
class MemcachedTest {
    private static final int PORT = 11211;

    @RegisterExtension
    static final RoutedLab lab = RoutedLab.forPrograms();

    private Service server;
    private OverlayWatch overlay;

    @BeforeEach
    void start() {
        server = Service.start(
                lab.server(), PORT, "memcached", "-u", "root", "-l", "0.0.0.0", "-p", "" + PORT, "-U", "0", "-t", "4");
        overlay = OverlayWatch.start(lab.bed());
    }

    @AfterEach
    void kill() {
        server.close();
    }

    @Test
    void servesLoadFromAnEventLoop() {
        String report =
                client("memcaslap", "-s", lab.server().address() + ":" + PORT, "-T", "2", "-c", "32", "-x", "20000");
        assertThat(report).contains("get_misses: 0", "Ops: 20000");
        endCleanly();
    }

    @Test
    void servesLoadFromThreads() {
        client(
                "memcslap",
                "--servers=" + lab.server().address() + ":" + PORT,
                "--concurrency=8",
                "--execute-number=500");
        endCleanly();
    }

    @Test
    void showsOverlayAddresses() {
        String connections = client("python3", "-c", STATISTICS, lab.server().address(), "" + PORT);
        assertThat(connections)
                .contains(":addr tcp:" + lab.client().address() + ":")
                .contains(":listen_addr tcp:" + lab.server().address() + ":" + PORT);
        endCleanly();
    }

    private static final String STATISTICS = """
            import socket, sys
            server = socket.create_connection((sys.argv[1], int(sys.argv[2])))
            server.sendall(b"stats conns\\r\\nquit\\r\\n")
            sys.stdout.write(server.makefile().read())
            """;

    private void endCleanly() {
        overlay.assertUnused();
        server.stop(0);
    }

    private static String client(String... command) {
        return Shim.in(lab.client()).exec(command).orThrow().stdout();
    }
}
