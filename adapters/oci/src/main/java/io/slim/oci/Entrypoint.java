package io.slim.oci;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The program that a container starts with, found as execvp(3) will find it. */
final class Entrypoint {

    private static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int MOST_INTERPRETERS = 4;
    /** Small programs, static as a rule, that start another one and wait: the environment goes through them. */
    private static final Set<String> INITS =
            Set.of("init", "catatonit", "tini", "tini-static", "dumb-init", "docker-init", "podman-init");

    private final ContainerFiles files;
    private final String searchPath;
    private final String workingDirectory;

    private Entrypoint(ContainerDescription config, ContainerFiles files) {
        this.files = files;
        this.searchPath =
                config.variable("PATH").filter(path -> !path.isEmpty()).orElse(USUAL_PATH);
        this.workingDirectory = config.workingDirectory();
    }

    /** Why the container's program cannot have the shim; empty if it can, or if it cannot be told. */
    static Optional<String> obstacle(ContainerDescription config) {
        Optional<Path> root = config.rootPath().map(Path::of).filter(Path::isAbsolute);
        if (root.isEmpty()) {
            return Optional.empty();
        }
        ContainerFiles files = new ContainerFiles(root.get(), config.mounts());
        return new Entrypoint(config, files).obstacle(behindInit(config.arguments()));
    }

    /** {@code tini -g -- nginx} is about nginx; {@code /sbin/init} with nothing behind it about itself. */
    private static List<String> behindInit(List<String> arguments) {
        if (arguments.size() < 2 || !INITS.contains(nameOf(arguments.get(0)))) {
            return arguments;
        }
        int marker = arguments.indexOf("--");
        int next = marker > 0 ? marker + 1 : 1;
        while (next < arguments.size() && marker < 0 && arguments.get(next).startsWith("-")) {
            next++;
        }
        return next < arguments.size() ? arguments.subList(next, arguments.size()) : arguments;
    }

    private static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private Optional<String> obstacle(List<String> arguments) {
        if (arguments.isEmpty()) {
            return Optional.empty();
        }
        String name = arguments.get(0);
        for (int i = 0; i < MOST_INTERPRETERS; i++) {
            Program program = find(name).map(Entrypoint::read).orElse(new Program(Program.Kind.UNKNOWN, ""));
            if (program.kind() == Program.Kind.STATIC) {
                return Optional.of(name + " is static: it loads no libraries, and so no shim");
            }
            if (program.kind() == Program.Kind.FOREIGN) {
                return Optional.of(name + " is not for this machine's architecture (" + System.getProperty("os.arch")
                        + "), the shim is");
            }
            if (program.kind() != Program.Kind.SCRIPT) {
                return Optional.empty();
            }
            name = interpreter(program.interpreter());
        }
        return Optional.empty();
    }

    /** {@code /usr/bin/env python3} stands for python3. */
    private static String interpreter(String line) {
        String[] words = line.split("[ \t]+", -1);
        boolean byEnv = nameOf(words[0]).equals("env") && words.length > 1 && !words[1].startsWith("-");
        return byEnv ? words[1] : words[0];
    }

    private Optional<Path> find(String name) {
        if (name.contains("/")) {
            return files.find(name.startsWith("/") ? name : workingDirectory + "/" + name);
        }
        return List.of(searchPath.split(":", -1)).stream()
                .flatMap(directory -> files.find(directory + "/" + name).stream())
                .findFirst();
    }

    private static Program read(Path file) {
        try {
            return Program.of(file);
        } catch (IOException e) {
            return new Program(Program.Kind.UNKNOWN, "");
        }
    }
}
