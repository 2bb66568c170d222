package io.slim.testbed;

/**
 * What became of a program.
 *
 * @param command the program with its arguments
 * @param exitCode as shells know it: 128 + n if signal n ended it
 */
public record Finished(String command, int exitCode, String stdout, String stderr) {
    /**
     * Checks that the program succeeded.
     *
     * @return this
     * @throws TestBedException with all that the program wrote, unless the exit code is 0
     */
    public Finished orThrow() {
        if (exitCode != 0) {
            throw new TestBedException("\"" + command + "\" ended with exit code " + exitCode + "\nstdout: "
                    + stdout.strip() + "\nstderr: " + stderr.strip());
        }
        return this;
    }
}
