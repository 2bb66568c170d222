package io.slim.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the small system programs the test-bed is made with: they end by themselves, at once. */
final class Tool {
    private static final int TIMEOUT_SECONDS = 30;

    private Tool() {}

    /**
     * Runs a program to its end.
     *
     * @param input its standard input
     * @return what it wrote, standard error included
     * @throws TestBedException with what it wrote, if it did not succeed
     */
    static String run(String input, String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended without reading all of it: its exit code and output say why.
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new TestBedException(describe(command) + " did not end within " + TIMEOUT_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new TestBedException(
                        describe(command) + " failed with exit code " + process.exitValue() + ": " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new TestBedException(describe(command) + " cannot be started (is it installed?)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestBedException(describe(command) + " was interrupted", e);
        }
    }

    private static String describe(String... command) {
        return "\"" + String.join(" ", List.of(command)) + "\"";
    }
}
