package io.slim.envoy.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.slim.api.ConfigurationException;
import io.slim.command.ConsoleLog;
import io.slim.command.FailureText;
import io.slim.envoy.EnvoyNotStartedException;
import io.slim.envoy.EnvoySidecar;
import io.slim.envoy.EnvoySidecarBuilder;
import io.slim.router.settings.Setting;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/**
 * The command {@code slim-envoy}: runs an Envoy with the shim until it ends, and ends with its exit code. Its own: 2 wrong use, 126 and 127
 * if there is no Envoy, 1 if the shim cannot be had.
 */
public final class Main {

    private static final int WRONG_USE = 2;

    private Main() {}

    /** Runs the command and ends the process. */
    public static void main(String[] arguments) throws InterruptedException {
        log();
        int exitCode;
        try {
            exitCode = run(List.of(arguments));
        } catch (ConfigurationException e) {
            say(FailureText.of(e));
            exitCode = WRONG_USE;
        } catch (EnvoyNotStartedException e) {
            say(e.getMessage());
            exitCode = e.exitCode();
        } catch (IOException e) {
            say("Envoy cannot be started: " + FailureText.of(e));
            exitCode = 1;
        }
        Runtime.getRuntime().halt(exitCode);
    }

    /** What the embedded router has to say goes where Envoy's log goes too: warnings alone. */
    private static void log() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        ConsoleLog.set(context, Level.WARN, ConsoleLog.named(context, "slim"));
    }

    private static int run(List<String> arguments) throws IOException, InterruptedException {
        int end = arguments.indexOf("--");
        if (arguments.isEmpty() || (end < 0 ? arguments : arguments.subList(0, end)).contains("--help")) {
            help();
            return arguments.isEmpty() ? WRONG_USE : 0;
        }
        EnvoySettings settings = new EnvoySettings(arguments, System.getenv());
        settings.check();
        // Until it is there, what comes for it waits.
        CompletableFuture<EnvoySidecar> started = new CompletableFuture<>();
        AtomicInteger terminations = new AtomicInteger();
        Signals.forward(number -> pass(number, started.join(), terminations));
        EnvoySidecarBuilder builder =
                EnvoySidecar.builder(settings.envoy().toArray(String[]::new)).check();
        try (RouterBeside router = RouterBeside.find(settings, Main::say)) {
            builder.socket(router.socket())
                    .libraryDirectory(settings.libraries())
                    .drainTime(settings.drainTime());
            settings.namespace().ifPresent(builder::networkNamespace);
            settings.prefix().ifPresent(builder::prefixes);
            EnvoySidecar envoy = builder.start();
            started.complete(envoy);
            int exitCode = envoy.waitFor();
            if (exitCode == 0 && terminations.get() == 0) {
                stayForSuccessor(router);
            } else if (exitCode != 0 && terminations.get() == 0) {
                say("Envoy has ended with exit code " + exitCode + "; why, it said above");
            }
            return exitCode;
        }
    }

    /** Envoy ends by itself, and well, when another has taken over from it (--restart-epoch). That one's shim asks the same router. */
    private static void stayForSuccessor(RouterBeside router) throws InterruptedException {
        if (router.isUsed()) {
            say("Envoy has handed over to its successor; the router stays until nobody uses it");
            Thread waiting = Thread.currentThread();
            Signals.forward(number -> {
                if (number == Signals.TERM) {
                    waiting.interrupt();
                }
            });
            try {
                router.awaitUnused();
            } catch (InterruptedException e) {
                say("told to end: the successor's new connections take the overlay");
            }
        }
    }

    /** The first SIGTERM lets Envoy finish; the second one does not wait. */
    private static void pass(int number, EnvoySidecar envoy, AtomicInteger terminations) {
        if (number != Signals.TERM) {
            envoy.signal(number);
            return;
        }
        if (terminations.incrementAndGet() == 1) {
            try {
                envoy.drain();
            } catch (IOException e) {
                say("Envoy ends without draining: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        envoy.signal(Signals.TERM);
    }

    private static void say(String text) {
        System.err.println("slim-envoy: " + text);
    }

    private static void help() {
        System.out.println("""
                usage: slim-envoy [OPTION ...] -- envoy -c envoy.yaml ...

                Runs Envoy with the shim. With --host-address a router is started in this process, else the one at --socket is used.
                Signals are passed on, SIGTERM after draining; the exit code is Envoy's own. Neither is started again.

                Options, also in a file (--config FILE, else /etc/slim/envoy.yaml) and as variables (SLIM_ENVOY_DRAIN_S):
                """);
        for (Setting<?> setting : EnvoySettings.declared()) {
            String value = setting.isSwitch() ? "" : " " + setting.type().label();
            String holds = setting.defaultText().isEmpty() ? "" : " (" + setting.defaultText() + ")";
            System.out.println("  " + setting.flag() + value + System.lineSeparator() + "        "
                    + setting.description() + holds);
        }
    }
}
