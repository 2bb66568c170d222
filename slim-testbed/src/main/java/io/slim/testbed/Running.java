package io.slim.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A program that was started in a test-bed. It ends with the test-bed at the latest. Thread-safe. */
public final class Running implements AutoCloseable {
    private static final Duration DUMP_TIMEOUT = Duration.ofSeconds(5);
    /** Near the end of a dump; what follows is about the heap. */
    private static final String DUMP_END = "JNI global ref";

    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(5);

    private final String command;
    private final Process process;
    private final Path stdout;
    private final Path stderr;

    Running(String command, Process process, Path stdout, Path stderr) {
        this.command = command;
        this.process = process;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has written to its standard output so far. */
    public String stdout() {
        return read(stdout);
    }

    /** What it has written to its standard error so far. */
    public String stderr() {
        return read(stderr);
    }

    /**
     * Waits for the end of the program.
     *
     * @throws TestBedException if the time is over before; the program is killed then
     */
    public Finished waitFor(Duration timeout) {
        if (!hasEndedWithin(timeout)) {
            kill();
            throw new TestBedException("\"" + command + "\" did not end within " + timeout.toMillis() + " ms\nstdout: "
                    + stdout().strip() + "\nstderr: " + stderr().strip());
        }
        return new Finished(command, process.exitValue(), stdout(), stderr());
    }

    /**
     * Waits until the output (standard output first, then standard error) is as expected.
     *
     * @param what what is waited for, in words
     * @throws TestBedException with the output, if the program ends or the time is over before
     */
    public void waitForOutput(String what, Duration timeout, Predicate<String> expected) {
        Eventually.holdsWithin(timeout, () -> !process.isAlive() || expected.test(stdout() + stderr()));
        if (!expected.test(stdout() + stderr())) {
            throw new TestBedException(missed(what, timeout));
        }
    }

    /**
     * Waits until a TCP socket listens on that port in the program's network namespace.
     *
     * @throws TestBedException with the output, if the program ends or the time is over before
     */
    public void waitForListener(int port, Duration timeout) {
        Eventually.holdsWithin(timeout, () -> !process.isAlive() || hasListener(port));
        if (!process.isAlive() || !hasListener(port)) {
            throw new TestBedException(missed("listener on port " + port, timeout));
        }
    }

    /** See proc_pid_net(5), files tcp and tcp6: the second field ends with the port in hexadecimal, the fourth is 0A for a listener. */
    private boolean hasListener(int port) {
        String wanted = String.format(":%04X", port);
        Path proc = Path.of("/proc/" + pid());
        try {
            // Until it has entered the test-bed, the tables are those of this process.
            if (Files.isSameFile(proc.resolve("ns/net"), Path.of("/proc/self/ns/net"))) {
                return false;
            }
            String tables = Files.readString(proc.resolve("net/tcp")) + Files.readString(proc.resolve("net/tcp6"));
            return tables.lines()
                    .map(line -> line.strip().split(" +", -1))
                    .anyMatch(fields -> fields[1].endsWith(wanted) && fields[3].equals("0A"));
        } catch (IOException e) {
            return false; // It has ended.
        }
    }

    private String missed(String what, Duration timeout) {
        return "\"" + command + "\" "
                + (process.isAlive() ? "runs" : "has ended with exit code " + process.exitValue())
                + ", but within " + timeout.toMillis() + " ms there was no " + what + "\nstdout: "
                + stdout().strip() + "\nstderr: " + stderr().strip();
    }

    /** What the threads of a JVM do at this moment (SIGQUIT); empty if it does not say so within five seconds. */
    String threadDump() {
        String before = stdout();
        Tool.run("", "kill", "-QUIT", Long.toString(pid()));
        Eventually.holdsWithin(DUMP_TIMEOUT, () -> stdout().lastIndexOf(DUMP_END) >= before.length());
        return stdout().substring(before.length());
    }

    /** Asks the program to end (SIGTERM) and waits; kills it if it has not ended after five seconds. */
    public Finished stop() {
        return stop(KILL_TIMEOUT);
    }

    /** As above, for a program that may have more to do at its end. */
    public Finished stop(Duration timeout) {
        process.destroy();
        return waitFor(timeout);
    }

    /** Kills the program (SIGKILL) and waits until it is gone. Its children, if it has any, live on until the test-bed is closed. */
    public void kill() {
        process.destroyForcibly();
        if (!hasEndedWithin(KILL_TIMEOUT)) {
            throw new TestBedException("\"" + command + "\" (process " + pid() + ") lives " + KILL_TIMEOUT.toSeconds()
                    + " s after SIGKILL");
        }
    }

    /** As {@link #kill}. */
    @Override
    public void close() {
        kill();
    }

    private boolean hasEndedWithin(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new TestBedException("interrupted while waiting for \"" + command + "\"", e);
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new TestBedException(file + " cannot be read (is the test-bed closed?)", e);
        }
    }
}
