package io.slim.router.lab;

import io.slim.api.OverlayProof;
import io.slim.api.RouterConfig;
import io.slim.api.RouterConfigBuilder;
import io.slim.api.RouterMode;
import io.slim.api.RouterTimes;
import io.slim.api.SlimRouter;
import io.slim.api.event.RouterEvent;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A router that serves a loopback address as its host, and what it has told. */
public final class TestHost implements AutoCloseable {

    private final RouterConfig config;
    private final SlimRouter router;
    private final BlockingQueue<RouterEvent> events = new LinkedBlockingQueue<>();

    /** These tests are about what is decided, not when: a busy machine must not make an answer a time-out. */
    private static final Duration BUSY_MACHINE = Duration.ofSeconds(2);

    /** Starts it. */
    public TestHost(
            String address,
            int controlPort,
            Path directory,
            OverlayResolver resolver,
            ConnectionPolicy policy,
            UnaryOperator<RouterConfigBuilder> settings)
            throws Exception {
        config = settings.apply(RouterConfig.builder()
                        .hostAddress(InetAddress.getByName(address))
                        .mode(RouterMode.NON_SECURE)
                        .controlInsecure(true)
                        .controlPort(controlPort)
                        // These containers have addresses, but no overlay between them.
                        .overlayProof(OverlayProof.OFF)
                        .socket(directory.resolve(address + ".sock"))
                        .stateDirectory(directory.resolve(address))
                        .times(RouterTimes.DEFAULT.withConnectDeadline(BUSY_MACHINE)))
                .build();
        router = SlimRouter.builder()
                .config(config)
                .resolver(resolver)
                .policy(policy)
                .listener(events::add)
                .build();
        router.start();
    }

    /** The socket for shims. */
    public Path socket() {
        return config.socket();
    }

    /** The router itself. */
    public SlimRouter router() {
        return router;
    }

    /** Waits for an event; those before it are gone. */
    public RouterEvent await(Predicate<RouterEvent> wanted) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        for (; ; ) {
            RouterEvent event = events.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (event == null) {
                throw new AssertionError("no such event within ten seconds");
            }
            if (wanted.test(event)) {
                return event;
            }
        }
    }

    @Override
    public void close() {
        router.close();
    }
}
