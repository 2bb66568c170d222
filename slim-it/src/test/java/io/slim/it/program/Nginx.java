package io.slim.it.program;

import io.slim.testbed.Eventually;
import io.slim.testbed.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** An nginx with two workers and a directory of its own in the test-bed. */
record Nginx(Path directory) {
    private static final Duration ENDED = Duration.ofSeconds(5);
    private static final Duration WRITTEN = Duration.ofSeconds(5);

    private static final String CONFIGURATION = """
            user root; worker_processes 2; pid %1$s/pid; error_log %1$s/error.log;
            %2$s
            events { worker_connections 512; }
            http {
                access_log %1$s/access.log; client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
                fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
                keepalive_requests 1000000;
                %3$s
            }
            """;

    /**
     * Writes the configuration.
     *
     * @param global directives for the whole nginx, may be empty
     * @param http directives for the http block
     */
    static Nginx configure(TestBed bed, String name, String global, String http) throws IOException {
        Path directory = Files.createDirectory(bed.directory().resolve("nginx-" + name));
        Files.writeString(directory.resolve("nginx.conf"), CONFIGURATION.formatted(directory, global, http));
        return new Nginx(directory);
    }

    /** A server block whose answer is always "ok". */
    static String ok(String listen) {
        return "server { listen " + listen + "; location / { return 200 \"ok\\n\"; } }";
    }

    /** Runs it in the foreground. */
    String[] command() {
        return command("daemon off;");
    }

    /** Starts it in the background. */
    String[] daemonCommand() {
        return command("daemon on;");
    }

    /** By its full path: an upgrade starts the new binary by the name that the old one was started with, without a look into PATH. */
    private String[] command(String directive) {
        String start = "exec \"$(command -v nginx)\" -e '%1$s/error.log' -c '%1$s/nginx.conf' -g '%2$s'";
        return new String[] {"sh", "-c", start.formatted(directory, directive)};
    }

    /** The master that has started last; it has written its file when its listeners are open. */
    ProcessHandle master() throws IOException {
        return process("pid");
    }

    /** The master that has started a new binary, while it lives on beside that. */
    boolean hasPredecessor() {
        return Files.exists(directory.resolve("pid.oldbin")) && Files.exists(directory.resolve("pid"));
    }

    /** Kills all masters and workers that there are. */
    void kill() throws IOException {
        for (String file : List.of("pid.oldbin", "pid")) {
            if (Files.exists(directory.resolve(file))) {
                ProcessHandle master = process(file);
                List<ProcessHandle> all =
                        Stream.concat(master.descendants(), Stream.of(master)).toList();
                all.forEach(ProcessHandle::destroyForcibly);
                all.forEach(process -> Eventually.await("nginx is killed", ENDED, () -> hasEnded(process)));
            }
        }
    }

    /** Whether the process is gone, or waits for a parent to take notice of its end: not every machine's init does that at once. */
    static boolean hasEnded(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/stat")).contains(") Z ");
        } catch (IOException e) {
            return true;
        }
    }

    private ProcessHandle process(String file) throws IOException {
        // nginx opens the file before it writes to it.
        Eventually.await("a process id in " + file, WRITTEN, () -> !read(file).isBlank());
        String pid = read(file).strip();
        return ProcessHandle.of(Long.parseLong(pid))
                .orElseThrow(() -> new IOException("nginx: process " + pid + " has ended"));
    }

    private String read(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) {
            return "";
        }
    }

    /** The addresses of all clients, as nginx has logged them. The log is complete when nginx has ended. */
    List<String> peers() throws IOException {
        try (Stream<String> lines = Files.lines(directory.resolve("access.log"))) {
            return lines.map(line -> line.substring(0, line.indexOf(' ')))
                    .distinct()
                    .toList();
        }
    }
}
