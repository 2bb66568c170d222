package io.slim.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.SaveError;

/** Replaces this process by a program, so that signals, exit code and process id are the program's own. */
final class Exec {

    /** See execve(2). */
    public interface Libc {
        /** Does not return if it succeeds. */
        @SaveError
        int execve(String path, @In String[] arguments, @In String[] environment);

        /** See strerror(3). */
        String strerror(int errno);
    }

    private Exec() {}

    /**
     * Replaces the process; the program is looked up in PATH as execvp(3) does it.
     *
     * @return never
     * @throws IOException if there is no such program
     */
    static IOException replaceProcess(List<String> program, Map<String, String> environment) throws IOException {
        Path file = find(program.get(0), environment.getOrDefault("PATH", "/usr/bin:/bin"));
        String[] variables = environment.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toArray(String[]::new);
        Libc libc = LibraryLoader.create(Libc.class).load("c");
        libc.execve(file.toString(), program.toArray(String[]::new), variables);
        int errno = LastError.getLastError(Runtime.getRuntime(libc));
        throw new IOException(file + ": cannot be executed: " + libc.strerror(errno));
    }

    private static Path find(String name, String path) throws IOException {
        if (name.contains("/")) {
            return Path.of(name);
        }
        for (String directory : path.split(":", -1)) {
            Path candidate = Path.of(directory.isEmpty() ? "." : directory, name);
            if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        throw new IOException(name + ": no such program in PATH");
    }
}
