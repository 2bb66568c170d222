package io.slim.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The router of a host: the same process that users start with {@code slim router}. */
public final class Router implements AutoCloseable {
    private static final String READY = "slim router ready";
    /** It takes less than a second, on a machine that has nothing else to do. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    /** The option by which a test-bed's router is told its mode; without it, it is non-secure. */
    public static final String MODE = "--mode";

    /** The option that names containers that may have host sockets although they could misuse them; in a test-bed all, unless it is given. */
    public static final String ACCEPT = "--accept-capable";

    private static final String NON_SECURE = "non-secure";

    private final Running process;
    private final Path log;
    private final AdminSocket admin;

    private Router(Running process, Path log, AdminSocket admin) {
        this.process = process;
        this.log = log;
        this.admin = admin;
    }

    /** In a session of its own, so that the routers of a test-bed that stays do not end with the terminal it was made from. */
    static Router start(Host host, Map<String, String> environment, List<String> options) {
        TestBed bed = host.bed();
        List<Path> missing = bed.installation().missingForSlim();
        if (!missing.isEmpty()) {
            throw new TestBedException(missing + " do not exist (run: ./slim build)");
        }
        Path directory = host.directory();
        List<String> command = new ArrayList<>(
                List.of("setsid", "bash", bed.installation().script().toString()));
        command.addAll(List.of("router", host.address()));
        if (!options.contains("--resolver")) {
            command.addAll(List.of("--resolver", "static:" + bed.resolverFile()));
        }
        command.addAll(List.of("--socket", directory.resolve("slim.sock").toString()));
        command.addAll(List.of("--state-dir", directory.toString()));
        if (!options.contains(MODE)) {
            command.addAll(List.of(MODE, NON_SECURE));
        }
        command.addAll(options);
        if (isSecure(options) && !options.contains(ACCEPT)) {
            // What runs in a test-bed's containers is root on the host.
            command.addAll(List.of(
                    ACCEPT, bed.containers().stream().map(Container::name).collect(Collectors.joining(","))));
        }
        Path log = directory.resolve("router.log");
        Running process = host.shell()
                .with("SLIM_BUILD", "off")
                .with("JAVA_HOME", System.getProperty("java.home"))
                .with(environment)
                .start(directory.resolve("router.out"), log, command.toArray(String[]::new));
        awaitReady(process);
        remember(directory, process.pid());
        AdminSocket admin = new AdminSocket(directory.resolve("admin.sock"));
        if (isSecure(options)) {
            bed.containers().stream()
                    .filter(container -> container.host() == host)
                    .forEach(admin::register);
        }
        return new Router(process, log, admin);
    }

    private static boolean isSecure(List<String> options) {
        int mode = options.indexOf(MODE);
        return mode >= 0 && mode + 1 < options.size() && !options.get(mode + 1).equals(NON_SECURE);
    }

    /**
     * Has the router do what an operator's command would, such as {@code /revoke?client=10.32.0.1}.
     *
     * @return what it answers
     * @throws TestBedException if it does not do it
     */
    public String admin(String target) {
        return admin.post(target);
    }

    /** One that does not get ready must tell what it waits for, and does not stay. */
    private static void awaitReady(Running process) {
        try {
            process.waitForOutput("line \"" + READY + "\"", START_TIMEOUT, output -> output.lines()
                    .anyMatch(line -> line.startsWith(READY)));
        } catch (TestBedException e) {
            String threads = process.isAlive() ? "\nits threads: " + process.threadDump() : "";
            process.kill();
            throw new TestBedException(e.getMessage() + threads, e);
        }
    }

    /** The process id of the router that runs on a host, whoever started it. */
    public static Optional<Long> runningOn(Host host) {
        return runningIn(host.directory());
    }

    static Optional<Long> runningIn(Path directory) {
        try {
            String[] written =
                    Files.readString(directory.resolve("router.pid")).strip().split(" ", -1);
            ProcessIdentity router = new ProcessIdentity(Long.parseLong(written[0]), Long.parseLong(written[1]));
            return Optional.of(router).filter(ProcessIdentity::isAlive).map(ProcessIdentity::pid);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void remember(Path directory, long pid) {
        ProcessIdentity identity = ProcessIdentity.of(pid)
                .orElseThrow(() -> new TestBedException("the router in " + directory + " has ended"));
        try {
            Files.writeString(directory.resolve("router.pid"), identity.pid() + " " + identity.startTime() + "\n");
        } catch (IOException e) {
            throw new TestBedException(directory + " cannot be written", e);
        }
    }

    /** Registers a container, as {@code slim register} does. */
    public void register(Container container) {
        admin.register(container);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The file with what the router logs. */
    public Path logFile() {
        return log;
    }

    /** What the router has logged so far. */
    public String log() {
        return process.stderr();
    }

    /** Ends the router as an operator does (SIGTERM). */
    public Finished stop() {
        return process.stop();
    }

    /** Ends the router as a crash does (SIGKILL). */
    public void kill() {
        process.kill();
    }

    /** As {@link #kill}: nothing is left to tidy up that the test-bed does not remove. */
    @Override
    public void close() {
        kill();
    }
}
