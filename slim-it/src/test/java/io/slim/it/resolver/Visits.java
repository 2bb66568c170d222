package io.slim.it.resolver;

import io.slim.testbed.Container;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Servers that say who they are, and a client that never stops asking. Both are Python, with the shim. */
final class Visits {

    static final int PORT = 7410;

    private static final String SERVER = """
            import select, socket, sys
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("", %d)); s.listen(64)
            p = select.poll(); p.register(s, select.POLLIN)
            while True:
                p.poll(); c, _ = s.accept(); c.sendall(sys.argv[1].encode()); c.close()
            """;

    /** One line per visit: what was answered, or "-"; a visit that gets no answer gives up after 200 ms. */
    private static final String CLIENT = """
            import socket, sys, time
            while True:
                s = socket.socket(); s.settimeout(0.2)
                try:
                    s.connect((sys.argv[1], %d)); said = s.recv(16).decode() or "-"
                except OSError:
                    said = "-"
                s.close()
                print(said, flush=True); time.sleep(0.01)
            """;

    private final Path server;
    private final Path client;

    Visits(TestBed bed) throws IOException {
        server = bed.directory().resolve("visited.py");
        client = bed.directory().resolve("visitor.py");
        Files.writeString(server, SERVER.formatted(PORT));
        Files.writeString(client, CLIENT.formatted(PORT));
    }

    Running serve(Container container) {
        return start(container.slim(), server, container.name());
    }

    Running visit(Container from, Container to) {
        return start(from.slim(), client, to.address());
    }

    private static Running start(Shell shell, Path program, String argument) {
        return shell.start("python3", program.toString(), argument);
    }

    /** What visitors were answered since a line. */
    static List<String> answers(Running visitor, int from) {
        List<String> lines = visitor.stdout().lines().toList();
        return lines.subList(Math.min(from, lines.size()), lines.size());
    }
}
