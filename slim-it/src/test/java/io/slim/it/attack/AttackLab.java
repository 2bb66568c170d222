package io.slim.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Finished;
import io.slim.testbed.Host;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.TestBed;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two hosts with routers in secure mode and two containers each, a third host without a router, and the attacking program (src/test/c/attack).
 *
 * <p>The first host has the attacker, c1, and its neighbour, c4; the second has the attacked server, c2, and its neighbour, c5; h3 is the underlay's
 * hostile machine.
 */
final class AttackLab implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);
    static final String SECRET_PORT = "7777";

    private final TestBed bed;
    private final List<Router> routers;
    private final Path program;

    AttackLab(TestBed.Builder plan, String... options) {
        bed = plan.hosts(3).containersPerHost(2).build();
        String[] all = Stream.concat(
                        Stream.of(Router.MODE, "secure", "--connect-deadline-ms", "4000"), Stream.of(options))
                .toArray(String[]::new);
        routers = Stream.of(1, 2)
                .parallel()
                .map(number -> bed.host(number).startRouter(all))
                .toList();
        program = compile(bed);
    }

    private static Path compile(TestBed bed) {
        Path program = bed.directory().resolve("attack");
        List<String> command =
                new ArrayList<>(List.of("gcc", "-O1", "-Wall", "-Wextra", "-Werror", "-o", program.toString()));
        try (DirectoryStream<Path> sources =
                Files.newDirectoryStream(Path.of("src/test/c/attack").toAbsolutePath(), "*.c")) {
            sources.forEach(source -> command.add(source.toString()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        bed.host(3).exec(command.toArray(String[]::new)).orThrow();
        return program;
    }

    Path program() {
        return program;
    }

    TestBed bed() {
        return bed;
    }

    Host host(int number) {
        return bed.host(number);
    }

    Container container(int number) {
        return bed.container(number);
    }

    Router router(int host) {
        return routers.get(host - 1);
    }

    /** The container's address of that IP version. */
    static String address(Container container, int family) {
        return family == 4 ? container.address() : container.address6();
    }

    /** The program in a container, which may talk to its router; without the shim. */
    Running start(Container container, String... arguments) {
        return start(container.shell().with("SLIM_SOCKET", container.host().directory() + "/slim.sock"), arguments);
    }

    /** The program with an environment, or on a host. */
    Running start(Shell shell, String... arguments) {
        return shell.start(Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                .toArray(String[]::new));
    }

    Finished run(Shell shell, String... arguments) {
        return shell.exec(Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                        .toArray(String[]::new))
                .orThrow();
    }

    /** A service that listens on a host and that no container may reach. */
    Running secret(Host host) {
        Running service = start(host.shell(), "host-service", SECRET_PORT);
        service.waitForListener(Integer.parseInt(SECRET_PORT), SOON);
        return service;
    }

    /** An honest server that takes connections of both paths. */
    Running serve(Container container, String port) {
        Running server = start(container, "serve", "6", port);
        server.waitForOutput("its shadow", SOON, output -> output.contains("ready"));
        return server;
    }

    /** An honest client that keeps so many connections. */
    Running call(Container client, int family, String address, String port, int count) {
        Running calls = start(client, "call", Integer.toString(family), address, port, Integer.toString(count));
        calls.waitForOutput("connections", SOON, output -> output.lines().count() == count);
        assertThat(calls.stdout().lines()).allMatch(line -> line.endsWith(" got connected"));
        return calls;
    }

    /** Takes programs away from a host, as its root could, to show what they are for; waits until they are gone. */
    void detach(Host host, String... programs) throws IOException {
        int before = attached(host);
        try (DirectoryStream<Path> links = Files.newDirectoryStream(pins(host), "links-*")) {
            for (Path directory : links) {
                for (String name : programs) {
                    Files.delete(directory.resolve("slim_" + name));
                }
            }
        }
        Eventually.await("fewer programs", SOON, () -> attached(host) == before - programs.length);
    }

    private int attached(Host host) {
        Path vaults = confinement(host, "/sys/fs/cgroup").resolve("vault");
        String answer = run(host.shell(), "attached", vaults.toString()).stdout();
        return Integer.parseInt(answer.strip().split(" ", -1)[1]);
    }

    /** Where a host's programs and maps are in bpffs. */
    Path pins(Host host) {
        return confinement(host, "/sys/fs/bpf");
    }

    private static Path confinement(Host host, String mount) {
        try {
            return Files.readAllLines(host.directory().resolve("confinement")).stream()
                    .filter(place -> place.startsWith(mount))
                    .map(Path::of)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The ports on which something listens on a host that is neither a shadow nor known. */
    String[] strangePorts(Host host) {
        return host.exec("ss", "-Hltn", "sport > :32000 and sport < :61000")
                .orThrow()
                .stdout()
                .lines()
                .map(line -> line.trim().split(" +", -1)[3])
                .map(name -> name.substring(name.lastIndexOf(':') + 1))
                .distinct()
                .toArray(String[]::new);
    }

    @Override
    public void close() {
        bed.close();
    }
}
