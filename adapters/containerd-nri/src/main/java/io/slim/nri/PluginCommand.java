package io.slim.nri;

import io.slim.nri.session.NriSession;
import io.slim.nri.ttrpc.StatusException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code slim-nri plugin}: the router of this host as a plug-in of its container runtime. As a service of its own it connects to
 * the runtime's socket, again and again, until SIGTERM or SIGINT; launched by the runtime, it ends with it.
 */
@Command(
        name = "plugin",
        description = "Runs the router of this host for pods of containerd or CRI-O, until it is told to stop.",
        footer = {
            "",
            "Settings: those of slim router, and prefix, lib-dir, nri-socket, nri-index, pod-namespaces; in"
                    + " /etc/slim/containerd.yaml (else /etc/slim/router.yaml), or in variables such as"
                    + " SLIM_ROUTER_HOST_ADDRESS."
        },
        mixinStandardHelpOptions = true)
final class PluginCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", description = "YAML file with settings.")
    private @Nullable Path file;

    /** Whatever else ends the process than its own failure. */
    private volatile int exitCode;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException, StatusException {
        NriConfiguration configuration = new NriConfiguration(file, System.getenv());
        PluginProcess process = PluginProcess.start(configuration);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            process.close();
                            // A signal would end the process with 128 + its number; a router that was told to stop did
                            // well.
                            Runtime.getRuntime().halt(exitCode);
                        },
                        "slim-shutdown"));
        if (isLaunched(System.getenv())) {
            try {
                serveLauncher(process, System.getenv());
            } catch (IOException | StatusException | RuntimeException e) {
                exitCode = CommandLine.ExitCode.SOFTWARE;
                throw e;
            }
            return 0;
        }
        say("slim-nri ready: " + process.description() + ", runtime at " + configuration.socket());
        new RuntimeLink(configuration.socket(), configuration.index(), process.plugin()).serve();
        return 0;
    }

    private void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }

    /** Whether the runtime has started this process, with a connection to it. */
    private static boolean isLaunched(Map<String, String> environment) {
        return environment.containsKey("NRI_PLUGIN_SOCKET");
    }

    /** The launcher script has made descriptor 3, which NRI_PLUGIN_SOCKET names, the standard input: there the JDK takes it up. */
    private static void serveLauncher(PluginProcess process, Map<String, String> environment)
            throws IOException, InterruptedException, StatusException {
        Channel inherited = System.inheritedChannel();
        if (!(inherited instanceof SocketChannel runtime)) {
            throw new IOException("standard input is no connection with the runtime (expected: a launcher as slim-nri"
                    + " install --launched writes it)");
        }
        NriSession.serve(
                runtime,
                environment.getOrDefault("NRI_PLUGIN_NAME", RuntimeLink.NAME),
                Integer.parseInt(environment.getOrDefault("NRI_PLUGIN_IDX", "50")),
                process.plugin());
    }
}
