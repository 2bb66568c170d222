package io.slim.it.operation;

import io.slim.testbed.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of {@code ./slim}, as built. */
final class SlimCommand {

    private static final Path SCRIPT = Path.of(System.getProperty("slim.basedir"), "slim");

    private SlimCommand() {}

    /** A shell in which {@code ./slim} takes what is built. */
    static Shell in(Shell shell) {
        return shell.with("SLIM_BUILD", "off").with("JAVA_HOME", System.getProperty("java.home"));
    }

    /** The words that run it, after those that come first. */
    static String[] line(List<String> first, String... arguments) {
        List<String> words = new ArrayList<>(first);
        words.addAll(List.of("bash", SCRIPT.toString()));
        words.addAll(List.of(arguments));
        return words.toArray(String[]::new);
    }
}
