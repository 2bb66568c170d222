package io.slim.bench;

import io.slim.bench.workload.Routers;
import io.slim.testbed.Eventually;
import io.slim.testbed.Host;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.TestBedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The routers of a test-bed, and what they can be made to know besides the two containers. */
final class Surroundings implements Routers {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RESIDENT = "VmRSS:";

    /** A network namespace each, by a process that ends with its parent and tells its number when it is in there. */
    private static final String NAMESPACES = "i=0; while [ $i -lt %d ]; do"
            + " setpriv --pdeathsig KILL unshare --net sh -c 'echo $$; exec sleep %d' & i=$((i+1)); done; wait";

    private final TestBed bed;
    private final Map<Host, Router> routers;

    Surroundings(TestBed bed, Map<Host, Router> routers) {
        this.bed = bed;
        this.routers = routers;
    }

    /** For ever, and by which they are known. */
    static long idleSeconds() {
        return 1_000_000_000L + ProcessHandle.current().pid();
    }

    @Override
    public Change containers(int count) {
        List<Runnable> undo = new ArrayList<>();
        for (Host host : bed.hosts()) {
            Running namespaces = host.shell().start("sh", "-c", NAMESPACES.formatted(count, idleSeconds()));
            undo.add(namespaces::kill);
            namespaces.waitForOutput(
                    count + " network namespaces",
                    PATIENCE,
                    output -> output.lines().count() == count);
            Router router = routers.get(host);
            int number = 0;
            for (String pid : namespaces.stdout().lines().toList()) {
                String id = "idle-" + number;
                router.admin("/register?id=" + id + "&netns=/proc/" + pid + "/ns/net&address=10.40." + number / 250
                        + "." + (number % 250 + 1));
                undo.add(0, () -> router.admin("/unregister?id=" + id));
                number++;
            }
        }
        return () -> undo.forEach(Runnable::run);
    }

    @Override
    public Change endpoints(int count) {
        Path file = bed.resolverFile();
        try {
            List<String> before = Files.readAllLines(file);
            List<String> more = new ArrayList<>(before);
            String host = bed.host(2).address();
            for (int i = 0; i < count; i++) {
                more.add("  \"10.%d.%d.%d\": \"%s\"".formatted(41 + i / 65536, i / 256 % 256, i % 256, host));
            }
            replace(file, more);
            return () -> replace(file, before);
        } catch (IOException e) {
            throw new TestBedException(file + " cannot be read", e);
        }
    }

    /** Waits until both routers have taken it. */
    private void replace(Path file, List<String> lines) {
        List<Integer> before = bed.hosts().stream().map(Surroundings::changes).toList();
        try {
            Path next = Files.write(file.resolveSibling("resolver.next"), lines);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new TestBedException(file + " cannot be written", e);
        }
        for (int i = 0; i < before.size(); i++) {
            Host host = bed.hosts().get(i);
            int earlier = before.get(i);
            Eventually.await(
                    host.directory() + "/router.log tells of the resolver's file",
                    PATIENCE,
                    () -> changes(host) > earlier);
        }
    }

    private static int changes(Host host) {
        try {
            return (int) Files.readAllLines(host.directory().resolve("router.log")).stream()
                    .filter(line -> line.contains("resolver.yaml has changed"))
                    .count();
        } catch (IOException e) {
            throw new TestBedException("the router's log cannot be read", e);
        }
    }

    @Override
    public double mebibytes() {
        return bed.hosts().stream()
                .flatMap(host -> Router.runningOn(host).stream())
                .mapToDouble(Surroundings::resident)
                .sum();
    }

    private static double resident(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith(RESIDENT))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }
}
