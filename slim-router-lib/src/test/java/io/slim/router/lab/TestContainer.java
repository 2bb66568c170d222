package io.slim.router.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace with addresses on its loopback device. Needs root. */
public final class TestContainer implements AutoCloseable {

    private static final AtomicInteger LAST = new AtomicInteger();

    private final String namespace = "slim-rt-" + ProcessHandle.current().pid() + "-" + LAST.incrementAndGet();

    /** Makes it. */
    public TestContainer(String... addresses) throws IOException {
        run("ip", "netns", "add", namespace);
        run("ip", "-n", namespace, "link", "set", "lo", "up");
        for (String address : addresses) {
            addAddress(address);
        }
    }

    /** The file that stands for its network namespace. */
    public Path path() {
        return Path.of("/run/netns", namespace);
    }

    /** Gives it one more address. */
    public void addAddress(String address) throws IOException {
        String[] nodad = address.contains(":") ? new String[] {"nodad"} : new String[0];
        run(concat(new String[] {"ip", "-n", namespace, "addr", "add", address, "dev", "lo"}, nodad));
    }

    /** Takes an address away. */
    public void removeAddress(String address) throws IOException {
        run("ip", "-n", namespace, "addr", "del", address, "dev", "lo");
    }

    /** Starts a shim in it that is connected to a router and has said HELLO. */
    public ShimAgent shim(Path socket) throws IOException {
        ShimAgent shim = agent();
        shim.call("open path=" + socket);
        shim.call("hello");
        return shim;
    }

    /** The same, of which a router in secure mode thinks that it could not misuse a host socket. */
    public ShimAgent harmlessShim(Path socket) throws IOException {
        ShimAgent shim = new ShimAgent(
                "ip", "netns", "exec", namespace, "setpriv", "--bounding-set=-net_admin,-sys_admin", "--");
        shim.call("open path=" + socket);
        shim.call("hello");
        return shim;
    }

    /** Starts a shim in it that is not connected. */
    public ShimAgent agent() throws IOException {
        return new ShimAgent("ip", "netns", "exec", namespace);
    }

    @Override
    public void close() throws IOException {
        run("ip", "netns", "del", namespace);
    }

    private static String[] concat(String[] a, String[] b) {
        String[] both = java.util.Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
