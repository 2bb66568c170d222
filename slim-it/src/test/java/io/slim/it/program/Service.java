package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.Container;
import io.slim.testbed.Finished;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import java.time.Duration;

/**
 * A server in a container, with the shim. Its clients take the host path from the first one on, because it is waited for until the router of its host
 * offers it; and it has to leave nothing on the host when it ends.
 */
final class Service implements AutoCloseable {
    /** The exit code of a program that leaves SIGTERM to the kernel, as interpreters do, or says that it was the reason. */
    static final int BY_SIGTERM = 143;

    static final Duration READY = Duration.ofSeconds(20);

    private static final Duration STOPPED = Duration.ofSeconds(5);

    private final Running process;
    private final Shadows shadows;

    private Service(Running process, Shadows shadows) {
        this.process = process;
        this.shadows = shadows;
    }

    /** Starts the program and waits until its listener on that port is offered to the clients of other hosts. */
    static Service start(Container container, int port, String... command) {
        return start(container, Shim.in(container), port, command);
    }

    /** As above, in a shell of that container with more environment. */
    static Service start(Container container, Shell shell, int port, String... command) {
        Service service = startUnoffered(container, shell, port, command);
        try {
            service.shadows.awaitOffered(port, service.process::isAlive);
        } catch (AssertionError e) {
            service.close();
            throw e;
        }
        return service;
    }

    /** Starts the program and waits until it listens; its clients may take either path. */
    static Service startUnoffered(Container container, Shell shell, int port, String... command) {
        Shadows shadows = Shadows.of(container.host());
        Service service = new Service(shell.start(command), shadows);
        try {
            service.process.waitForListener(port, READY);
        } catch (RuntimeException e) {
            service.close();
            throw e;
        }
        return service;
    }

    Running process() {
        return process;
    }

    Shadows shadows() {
        return shadows;
    }

    /** Asks the program to end (SIGTERM), and checks that it does so with that exit code and leaves no listener on its host. */
    Finished stop(int exitCode) {
        return stop(exitCode, STOPPED);
    }

    /** As above, for a program that may take longer than five seconds. */
    Finished stop(int exitCode, Duration timeout) {
        Finished finished = process.stop(timeout);
        assertThat(finished.exitCode())
                .as(() -> "exit code after SIGTERM: " + finished)
                .isEqualTo(exitCode);
        shadows.awaitNone();
        return finished;
    }

    /** Kills the program with all its children, so that the next test has the port. */
    @Override
    public void close() {
        ProcessHandle.of(process.pid())
                .ifPresent(program -> program.descendants().forEach(ProcessHandle::destroyForcibly));
        process.close();
    }
}
