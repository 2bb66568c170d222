package io.slim.it.failure;

import io.slim.testbed.Eventually;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A server with all the processes that it may start: they are one process group, so that none escapes. */
final class Server implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Shell shell;
    private final Running process;

    private Server(Shell shell, Running process) {
        this.shell = shell;
        this.process = process;
    }

    /** Starts a program and does not wait for it to listen. */
    static Server start(Shell shell, String... command) {
        List<String> line = new ArrayList<>(List.of("setsid"));
        line.addAll(List.of(command));
        return new Server(shell, shell.start(line.toArray(String[]::new)));
    }

    void awaitListener(int port) {
        process.waitForListener(port, SOON);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** All threads of all its processes have started. */
    void awaitThreads(int count) {
        Eventually.await(
                count + " threads",
                SOON,
                () -> views().stream().mapToInt(ProcessView::threads).sum() == count);
    }

    List<ProcessView> views() {
        return Stream.concat(parent(), children())
                .map(each -> ProcessView.of(each.pid()))
                .toList();
    }

    String output() {
        return process.stdout() + process.stderr();
    }

    private Stream<ProcessHandle> parent() {
        return ProcessHandle.of(process.pid()).stream();
    }

    private Stream<ProcessHandle> children() {
        return parent().flatMap(ProcessHandle::children);
    }

    /** SIGKILL to the process that was started, alone. */
    void killParent() {
        process.kill();
    }

    /** SIGKILL to one of its children, if it has one by now. */
    void killChild() {
        children().findAny().ifPresent(ProcessHandle::destroyForcibly);
    }

    /** SIGKILL to all. What is left of them then is at most a process that its parent has not taken notice of. */
    @Override
    public void close() {
        process.kill();
        shell.exec("kill", "-KILL", "--", "-" + process.pid()); // fails if it was killed before it had a group
    }
}
