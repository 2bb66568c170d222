package io.slim.it.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.testbed.Eventually;
import io.slim.testbed.Host;
import io.slim.testbed.Router;
import io.slim.testbed.TestBedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The listeners that a host has for the listeners of its containers: what its router says of them from some moment on, and what the kernel has. */
public final class Shadows {
    private static final Duration OFFERED = Duration.ofSeconds(20);
    /** A stale listener on the host must be gone by then, however its program ended. */
    private static final Duration GONE = Duration.ofSeconds(1);

    private static final String[] IN_KERNEL = {"ss", "-Hltnp", "sport >= :61000 and sport <= :64999"};

    private final Host host;
    private final int before;

    private Shadows(Host host) {
        this.host = host;
        this.before = log(host).length();
    }

    /** To be called before the program is started. */
    public static Shadows of(Host host) {
        return new Shadows(host);
    }

    /** Waits until a listener on that port is offered to the clients of other hosts, but not longer than the program lives. */
    public void awaitOffered(int port, BooleanSupplier alive) {
        Eventually.holdsWithin(OFFERED, () -> isOffered(port) || !alive.getAsBoolean());
        assertThat(isOffered(port))
                .as(() -> "port " + port + " is offered; the router says:\n" + said())
                .isTrue();
    }

    /** Waits until no listener on that port is offered any more, as it must soon be when its program has ended. */
    public void awaitWithdrawn(int port) {
        awaitWithdrawn(port, GONE);
    }

    public void awaitWithdrawn(int port, Duration limit) {
        boolean withdrawn = Eventually.holdsWithin(limit, () -> !isOffered(port));
        assertThat(withdrawn)
                .as(() -> "port " + port + " is withdrawn; the router says:\n" + said())
                .isTrue();
    }

    /** The last word on any of the port's listeners (IPv4, IPv6) counts. */
    private boolean isOffered(int port) {
        String listener = ":" + port + " of container ";
        return said().lines()
                .filter(line -> line.contains(listener))
                .reduce((earlier, later) -> later)
                .filter(line -> line.contains(" offered at port "))
                .isPresent();
    }

    private String said() {
        return log(host).substring(before);
    }

    private static String log(Host host) {
        Path log = host.directory().resolve("router.log");
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new TestBedException(log + " cannot be read", e);
        }
    }

    /** Waits until the host has none, but for that which a router in secure mode has itself, for other routers to try. */
    public void awaitNone() {
        boolean none = Eventually.holdsWithin(GONE, () -> inKernel().isEmpty());
        assertThat(none ? List.of() : inKernel())
                .as("listeners that are left on the host")
                .isEmpty();
    }

    /** That of the router is the one that nobody else holds. */
    private List<String> inKernel() {
        List<String> all =
                new ArrayList<>(host.exec(IN_KERNEL).orThrow().stdout().lines().toList());
        if (Files.exists(host.directory().resolve("confinement"))) {
            Router.runningOn(host)
                    .flatMap(router ->
                            all.stream().filter(line -> isHeldBy(router, line)).findFirst())
                    .ifPresent(all::remove);
        }
        return all;
    }

    private static boolean isHeldBy(long process, String line) {
        return line.matches(".* users:\\(\\(\"[^\"]*\",pid=" + process + ",fd=\\d+\\)\\)\\s*");
    }
}
