package io.slim.router.lab;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Runs {@code rights.py}, a process of a container that has the rights it is told to have. Needs root. */
public final class RightsProgram implements AutoCloseable {

    private final Process process;

    /**
     * Starts it, and waits until it is as told.
     *
     * @param root its root directory
     */
    public RightsProgram(TestContainer container, Path root, String... wanted) throws IOException {
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=" + container.path(), "python3"));
        command.addAll(List.of(script(), root.toString()));
        command.addAll(List.of(wanted));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        await();
    }

    private void await() throws IOException {
        if (process.getInputStream().read() != '\n') {
            throw new IOException("process " + process.pid() + " is not as it was told to be");
        }
    }

    /** Makes one that was started with {@code later} give up what is dangerous. */
    public void drop() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        await();
    }

    private static String script() throws IOException {
        try {
            return Path.of(Objects.requireNonNull(RightsProgram.class.getResource("/rights.py"))
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /** The program itself: that which starts it replaces itself. */
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
