package io.slim.oci.install;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What runs an install command is what will run the router. */
public final class RouterJava {

    private static final Pattern SPACE = Pattern.compile(" +");

    private RouterJava() {}

    /** The program, and the options of a router: those in the system property {@code slim.router.options}. */
    public static List<String> command() {
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Stream.of(SPACE.split(System.getProperty("slim.router.options", "")))
                .filter(option -> !option.isEmpty())
                .forEach(java::add);
        return java;
    }

    /** As {@code -cp} takes it. */
    public static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
