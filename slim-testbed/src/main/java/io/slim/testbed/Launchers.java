package io.slim.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The little scripts that start a program inside a host or a container: {@code sh enter/c1 CMD}, and {@code enter/c1.slim} for one with the shim. They
 * exec, so that signals and exit code are the program's own; the Java API and {@code ./slim lab exec} use the same ones.
 *
 * <p>nsenter and not "ip netns exec", which mounts a fresh /sys and so hides the control groups.
 */
final class Launchers {
    private final StateDirectory directory;
    private final Layout layout;

    Launchers(StateDirectory directory, Layout layout) {
        this.directory = directory;
        this.layout = layout;
    }

    static String plain(String node) {
        return "enter/" + node;
    }

    static String withShim(String node) {
        return "enter/" + node + ".slim";
    }

    void write(Installation installation) {
        try {
            Files.createDirectories(directory.file("enter"));
            // The path of the checkout may hold spaces or colons, which separate the entries of LD_PRELOAD.
            Files.createSymbolicLink(shim(), installation.shim());
            for (int host : layout.hostNumbers()) {
                Files.createDirectories(directory.file("h" + host));
                write(plain("h" + host), enter(layout.hostNamespace(host)));
            }
            for (int container : layout.containerNumbers()) {
                write(plain("c" + container), enter(layout.containerNamespace(container)));
                writeWithShim(container, layout.hostOf(container));
            }
        } catch (IOException e) {
            throw new TestBedException(directory.path() + " cannot be written", e);
        }
    }

    /** A container is on another host from now on. */
    void moved(int container, int host) {
        try {
            writeWithShim(container, host);
        } catch (IOException e) {
            throw new TestBedException(directory.path() + " cannot be written", e);
        }
    }

    private Path shim() {
        return directory.file("libslim.so");
    }

    private void writeWithShim(int container, int host) throws IOException {
        write(
                withShim("c" + container),
                enter(layout.containerNamespace(container)) + "env " + shimEnvironment(shim(), host));
    }

    private void write(String launcher, String command) throws IOException {
        Files.writeString(directory.file(launcher), "exec " + command + "\"$@\"\n");
    }

    private static String enter(String namespace) {
        return "nsenter --net=" + StateDirectory.NAMESPACES.resolve(namespace) + " -- ";
    }

    private String shimEnvironment(Path shim, int host) {
        return "LD_PRELOAD=\"" + shim + "${LD_PRELOAD:+:$LD_PRELOAD}\" "
                + "SLIM_SOCKET="
                + directory.file("h" + host).resolve("slim.sock") + " "
                // A caller may name other prefixes.
                + "SLIM_PREFIX=\"${SLIM_PREFIX:-" + Layout.IPV4_PREFIX + "," + Layout.IPV6_PREFIX + "}\" ";
    }
}
