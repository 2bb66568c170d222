package io.slim.podman;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code slim-podman-hook router}: the router of this host, for containers with the hook, until SIGTERM or SIGINT. */
@Command(
        name = "router",
        description = "Runs the router of this host for Podman's containers, until it is told to stop.",
        footer = {
            "",
            "Settings: those of slim router, and prefix and lib-dir; in /etc/slim/podman.yaml (else /etc/slim/router.yaml),"
                    + " or in variables such as SLIM_ROUTER_HOST_ADDRESS."
        },
        mixinStandardHelpOptions = true)
final class RouterCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", description = "YAML file with settings.")
    private Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        RouterProcess process = RouterProcess.start(HookConfiguration.read(file, System.getenv()));
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            process.close();
                            // A signal would end the process with 128 + its number; a router that was told to stop did
                            // well.
                            Runtime.getRuntime().halt(0);
                        },
                        "slim-shutdown"));
        PrintWriter out = spec.commandLine().getOut();
        out.println("slim-podman-hook ready: " + process.description());
        out.flush();
        new CountDownLatch(1).await();
        return 0;
    }
}
