package io.slim.envoy;

import io.slim.router.sys.Libc;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * An Envoy that runs with the shim, beside a router that somebody else owns: this process or the host. It is started once and
 * never again; whether it lives does not depend on the router, without which its connections take the overlay.
 *
 * <pre>{@code
 * try (ContainerRegistration pod = router.register(spec);
 *         EnvoySidecar envoy = EnvoySidecar.builder("envoy", "-c", "envoy.yaml")
 *                 .container(pod).prefixes("10.32.0.0/12").start()) {
 *     return envoy.waitFor();
 * }
 * }</pre>
 *
 * <p>Several of them may run at once, an Envoy and the successor to which it hands its listeners ({@code --restart-epoch}) among
 * them. Thread-safe.
 */
public final class EnvoySidecar implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Process process;
    private final EnvoyAdmin admin;
    private final Duration drainTime;

    EnvoySidecar(Process process, EnvoyAdmin admin, Duration drainTime) {
        this.process = process;
        this.admin = admin;
        this.drainTime = drainTime;
        var unused = process.onExit().thenRun(admin::forget);
    }

    /**
     * Starts with a command line.
     *
     * @param command the program and its arguments, passed on as they are. If they have no {@code --admin-address-path}, one is
     *     added: how else would its admin interface be found
     */
    public static EnvoySidecarBuilder builder(String... command) {
        return new EnvoySidecarBuilder(command);
    }

    /** Process id of Envoy. */
    public long pid() {
        return process.pid();
    }

    /** Whether Envoy runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Waits for the end of Envoy.
     *
     * @return its exit code; 128 + n if signal n has ended it
     */
    public int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    /** Completes with the exit code when Envoy ends. */
    public CompletableFuture<Integer> onExit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /**
     * Sends a signal (signal(7)). Does nothing if Envoy has ended.
     *
     * @param number such as 15 for SIGTERM
     */
    public void signal(int number) {
        if (process.isAlive()) {
            Libc.INSTANCE.kill(Math.toIntExact(process.pid()), number);
        }
    }

    /**
     * Has Envoy finish what it does: it fails its health check, asks its clients to go (by {@code Connection: close} and GOAWAY) and
     * goes on to serve those who stay. Returns when nobody is connected, or the drain time is over, or Envoy has ended.
     *
     * @throws IOException if Envoy cannot be asked: it has no admin interface, or that does not answer
     */
    public void drain() throws IOException, InterruptedException {
        if (drainTime.isZero()) {
            return;
        }
        long end = System.nanoTime() + drainTime.toNanos();
        admin.post("/healthcheck/fail");
        admin.post("/drain_listeners?graceful&skip_exit");
        while (process.isAlive() && admin.connections() > 0 && System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        }
    }

    /**
     * Ends Envoy as an operator does: {@link #drain} if it can be asked to, then SIGTERM.
     *
     * @return the exit code, see {@link #waitFor}
     */
    public int stop() throws InterruptedException {
        try {
            drain();
        } catch (IOException e) {
            // Nothing else is lost than the grace; what was wrong is for those who drain themselves.
        }
        process.destroy();
        return process.waitFor();
    }

    /** Kills Envoy if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
