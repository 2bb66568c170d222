package io.slim.standalone;

import io.slim.api.RouterConfig;
import io.slim.api.SlimRouter;
import io.slim.router.settings.PlugIns;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slim router}: runs the router of this host until SIGTERM or SIGINT. */
@Command(
        name = "router",
        description = "Runs the router of this host, until it is told to stop.",
        footer = {
            "",
            "Each option can also be set in the file (listen-ports: 61000-61999) and by an environment variable"
                    + " (SLIM_ROUTER_LISTEN_PORTS); options win over variables, these over the file."
        },
        mixinStandardHelpOptions = true)
final class RouterCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "HOST-IP", description = "This host's address in the underlay.")
    private String host;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file with settings (/etc/slim/router.yaml, if it is there).")
    private Path file;

    @Option(
            names = "--print-config",
            description = "Prints the settings that hold, and where each was given; that is all.")
    private boolean print;

    @Spec
    private CommandSpec spec;

    /** The command with a flag for each setting. */
    static CommandLine line() {
        CommandLine line = new CommandLine(new RouterCommand());
        SettingFlags.offer(line.getCommandSpec(), RouterConfiguration.declared());
        return line;
    }

    @Override
    public Integer call() throws InterruptedException {
        RouterConfiguration configuration =
                new RouterConfiguration(file, host, spec.commandLine().getParseResult(), System.getenv());
        if (print) {
            RouterConfig unused = configuration.router();
            say(configuration.print().stripTrailing());
            return 0;
        }
        LogSettings.apply(configuration.settings());
        PlugIns parts = configuration.open();
        RouterConfig config = configuration.router();
        SlimRouter router = SlimRouter.builder()
                .config(config)
                .resolver(parts.resolver())
                .policy(parts.policy())
                .build();
        try {
            router.start();
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
        ServiceManager manager = new ServiceManager(System.getenv());
        closeOnSignal(router, parts, manager);
        say("slim router ready: host " + config.hostAddress().getHostAddress() + ", socket " + config.socket());
        manager.ready();
        new CountDownLatch(1).await();
        return 0;
    }

    private void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }

    /** A signal ends the process through its shutdown hooks, with 128 + signal; a router that was told to stop did well. */
    private static void closeOnSignal(SlimRouter router, PlugIns parts, ServiceManager manager) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            manager.stopping();
                            router.close();
                            parts.close();
                            Runtime.getRuntime().halt(0);
                        },
                        "slim-shutdown"));
    }
}
