package io.slim.it.failure;

import io.slim.testbed.Container;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.TestBed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The server and the client of these tests, small programs in C (src/test/c/failure), compiled into the test-bed. */
record Peers(Path server, Path client) {

    static Peers compile(TestBed bed) {
        return new Peers(compile(bed, "server"), compile(bed, "client"));
    }

    static Path compile(TestBed bed, String name, String... options) {
        Path source = Path.of("src/test/c/failure", name + ".c").toAbsolutePath();
        Path program = bed.directory().resolve("failure-" + name);
        List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread"));
        command.addAll(List.of(options));
        command.addAll(List.of("-o", "" + program, "" + source));
        bed.host(1).exec(command.toArray(String[]::new)).orThrow();
        return program;
    }

    /** The command of a server that accepts in that way. */
    String[] serve(String kind, int port) {
        return new String[] {"" + server, kind, "" + port};
    }

    /** A client that makes so many connections, none of which may fail, and stops itself twice to be looked at. */
    Running connectAndStop(Shell shell, Container to, int port, int threads, long connections) {
        return shell.start("" + client, to.address(), "" + port, "" + threads, "" + connections, "stops");
    }

    /** A client that makes so many connections, none of which may fail. */
    Running connect(Shell shell, Container to, int port, int threads, long connections) {
        return shell.start("" + client, to.address(), "" + port, "" + threads, "" + connections);
    }

    /** As above, but never so that others, a router that starts say, have to wait for the processor. */
    Running connectGently(Shell shell, Container to, int port, int threads, long connections) {
        return shell.start("nice", "-n", "19", "" + client, to.address(), "" + port, "" + threads, "" + connections);
    }

    /** A client that goes on until it is killed, as gently; connections may fail, but none may hang. */
    Running connectForEver(Shell shell, Container to, int port, int threads) {
        return shell.start("nice", "-n", "19", "" + client, to.address(), "" + port, "" + threads);
    }
}
