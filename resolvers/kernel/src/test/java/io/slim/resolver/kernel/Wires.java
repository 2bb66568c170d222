package io.slim.resolver.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace of its own, with a vxlan device {@code vx0} in it that nobody is connected to. */
final class Wires implements AutoCloseable {

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final String name = "slim-kernel-" + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();

    Wires() throws IOException {
        run("ip", "netns", "add", name);
        ip(
                "link set lo up",
                "link add vx0 type vxlan id 42 dstport 4789 local 192.168.77.1 nolearning",
                "link set vx0 up");
    }

    String name() {
        return name;
    }

    Path file() {
        return Path.of("/run/netns", name);
    }

    /** {@code ip} commands. */
    void ip(String... commands) throws IOException {
        runAll("ip", commands);
    }

    /** {@code bridge} commands. */
    void bridge(String... commands) throws IOException {
        runAll("bridge", commands);
    }

    private void runAll(String program, String... commands) throws IOException {
        Path batch = Files.createTempFile("slim-kernel", ".batch");
        try {
            Files.write(batch, List.of(commands));
            run(program, "-n", name, "-batch", batch.toString());
        } finally {
            Files.delete(batch);
        }
    }

    static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        run("ip", "netns", "del", name);
    }
}
