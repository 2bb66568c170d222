package io.slim.it.docker;

import io.slim.testbed.Finished;
import io.slim.testbed.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A root file system with some programs of this machine and the libraries they need, as a tar file. */
public final class RootFiles {

    private RootFiles() {}

    /** Makes it. */
    public static Path pack(Host host, Path directory, Path... programs) throws IOException {
        Path root = Files.createDirectory(directory.resolve("root"));
        Files.createDirectories(root.resolve("tmp"));
        for (Path program : programs) {
            for (Path file : withLibraries(host, program)) {
                Path target = root.resolve(file.toString().substring(1));
                Files.createDirectories(target.getParent());
                if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    Files.copy(file, target); // What a link points to.
                }
            }
        }
        Path tar = directory.resolve("root.tar");
        host.exec("tar", "-C", root.toString(), "-cf", tar.toString(), ".").orThrow();
        return tar;
    }

    /** As ldd(1) lists them: lines with a path, alone or after an arrow. */
    private static Set<Path> withLibraries(Host host, Path program) {
        Finished ldd = host.exec("ldd", program.toString()).orThrow();
        Set<Path> files = ldd.stdout()
                .lines()
                .flatMap(line -> Stream.of(line.strip().split(" ", -1)))
                .filter(word -> word.startsWith("/"))
                .map(Path::of)
                .collect(Collectors.toCollection(TreeSet::new));
        files.add(program);
        return files;
    }
}
