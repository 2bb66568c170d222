package io.slim.testbed.lab;

import io.slim.testbed.Container;
import io.slim.testbed.Host;
import io.slim.testbed.Router;
import io.slim.testbed.RouterResolver;
import io.slim.testbed.TestBed;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts up, shows and takes down a test-bed that stays. {@code lab exec} is in the slim script: it needs no JVM. */
@Command(
        name = "lab",
        description = "Hosts, an overlay and containers to try things in.",
        footer = "lab exec NODE [--slim] -- CMD runs a program in a host (h1) or a container (c1).",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "up|exec|status|down")
public final class LabCommand {
    private static final String DEFAULT_NAME = "lab";

    @Spec
    private CommandSpec spec;

    @Command(
            description = "Puts the lab up. One that is already as asked for is left alone.",
            mixinStandardHelpOptions = true)
    void up(
            @Option(names = "--hosts", defaultValue = "2", description = "How many hosts (default: 2).") int hosts,
            @Option(
                            names = "--containers-per-host",
                            defaultValue = "1",
                            description = "How many containers each host has (default: 1).")
                    int containersPerHost,
            @Option(names = "--routers", description = "Start a router in each host.") boolean routers,
            @Option(
                            names = "--mode",
                            paramLabel = "MODE",
                            defaultValue = "secure",
                            description = "The routers' mode, secure or non-secure (default: secure).")
                    String mode,
            @Option(
                            names = "--resolver",
                            paramLabel = "RESOLVER",
                            description =
                                    "Start routers that ask it, kernel: say (default: static, with a file made for it).")
                    String resolver,
            @Option(names = "--name", defaultValue = DEFAULT_NAME, description = "The lab's name (default: lab).")
                    String name) {
        TestBed lab = standing(name, hosts, containersPerHost).orElseGet(() -> TestBed.builder()
                .name(name)
                .hosts(hosts)
                .containersPerHost(containersPerHost)
                .keep()
                .build());
        if (routers || resolver != null) {
            for (Host host : lab.hosts()) {
                if (Router.runningOn(host).isEmpty()) {
                    out().println("starting the router on " + host.name());
                    out().flush();
                    List<String> options = new ArrayList<>(RouterResolver.options(resolver));
                    options.addAll(List.of(Router.MODE, mode));
                    host.startRouter(options.toArray(String[]::new));
                }
            }
        }
        describe(lab);
    }

    @Command(description = "Shows what is there. Exit code 1 if there is nothing.", mixinStandardHelpOptions = true)
    int status(
            @Option(names = "--name", defaultValue = DEFAULT_NAME, description = "The lab's name (default: lab).")
                    String name) {
        Optional<TestBed> lab = TestBed.find(name);
        lab.ifPresentOrElse(this::describe, () -> out().println("lab \"" + name + "\" is not up (./slim lab up)"));
        out().flush();
        return lab.isPresent() ? 0 : 1;
    }

    @Command(description = "Ends everything that runs in the lab and removes it.", mixinStandardHelpOptions = true)
    void down(
            @Option(names = "--name", defaultValue = DEFAULT_NAME, description = "The lab's name (default: lab).")
                    String name) {
        TestBed.destroy(name);
        out().println("lab \"" + name + "\" is down");
        out().flush();
    }

    private static Optional<TestBed> standing(String name, int hosts, int containersPerHost) {
        return TestBed.find(name)
                .filter(lab -> lab.hosts().size() == hosts && lab.containers().size() == hosts * containersPerHost);
    }

    private void describe(TestBed lab) {
        out().printf(
                        "lab \"%s\": %d hosts, %d containers%n",
                        lab.name(), lab.hosts().size(), lab.containers().size());
        for (Host host : lab.hosts()) {
            String router = Router.runningOn(host).map(pid -> "router " + pid).orElse("no router");
            String containers = lab.containers().stream()
                    .filter(container -> container.host() == host)
                    .map(LabCommand::describe)
                    .collect(Collectors.joining(", "));
            out().printf("  %-4s %-15s %-14s %s%n", host.name(), host.address(), router, containers);
        }
        out().flush();
    }

    private static String describe(Container container) {
        return container.name() + " " + container.address() + " " + container.address6();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
