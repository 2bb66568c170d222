package io.slim.it.program;

import io.slim.it.RoutedLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Runs programs as the user "nobody", for those that refuse to be root. */
final class Unprivileged {
    private static final String USER = "nobody";

    private Unprivileged() {}

    /** The command that runs this one as that user. It execs, so that the process is the program's own. */
    static String[] command(String... command) {
        List<String> line =
                new ArrayList<>(List.of("setpriv", "--reuid", USER, "--regid", "nogroup", "--clear-groups", "--"));
        line.addAll(List.of(command));
        return line.toArray(String[]::new);
    }

    /** A new directory in the test-bed that belongs to that user, who can load the shim from then on. */
    static Path directory(RoutedLab lab, String name) throws IOException {
        shareShim(lab);
        Path directory = Files.createDirectory(lab.bed().directory().resolve(name));
        Files.setOwner(
                directory,
                directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
        return directory;
    }

    /** The shim that was built may be in a place that only root can read, as checkouts in root's home are. */
    private static void shareShim(RoutedLab lab) throws IOException {
        Path shim = lab.bed().directory().resolve("libslim.so");
        Path copy = shim.resolveSibling("libslim.copy");
        Files.copy(shim, copy);
        Files.move(copy, shim, StandardCopyOption.ATOMIC_MOVE);
    }
}
