package io.slim.router.admin;

import io.slim.api.RouterConfig;
import io.slim.api.RouterState;
import io.slim.api.status.RouterStatus;
import io.slim.router.container.Containers;
import io.slim.router.control.ControlSecurity;
import io.slim.router.control.Peers;
import io.slim.router.health.HealthWatch;
import io.slim.router.listen.ListenService;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counters;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** Takes snapshots of the router. Thread-safe. */
public final class StatusReader {

    private static final String VERSION = version();

    private final RouterConfig config;
    private final RouterLoop loop;
    private final Containers containers;
    private final ListenService listeners;
    private final Peers peers;
    private final SecureReader secure;
    private final UpstreamReader upstreams;
    private final HealthWatch health;
    private final ControlSecurity security;
    private final Counters counters;
    private volatile RouterState state = RouterState.NEW;
    private volatile Instant started = Instant.EPOCH;

    @Inject
    StatusReader(
            RouterConfig config,
            RouterLoop loop,
            Containers containers,
            ListenService listeners,
            Peers peers,
            SecureReader secure,
            UpstreamReader upstreams,
            HealthWatch health,
            ControlSecurity security,
            Counters counters) {
        this.config = config;
        this.loop = loop;
        this.containers = containers;
        this.listeners = listeners;
        this.peers = peers;
        this.secure = secure;
        this.upstreams = upstreams;
        this.health = health;
        this.security = security;
        this.counters = counters;
    }

    private static String version() {
        String version = StatusReader.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    /** The router is in another state from now on. */
    public void entered(RouterState now) {
        if (now == RouterState.RUNNING) {
            started = Instant.now();
        }
        state = now;
    }

    /**
     * Reads everything, in pieces that the event loop takes up between its other work.
     *
     * @return completed by the event loop; exceptionally if the router is closed meanwhile
     */
    public CompletableFuture<RouterStatus> read() {
        CompletableFuture<RouterStatus> result = new CompletableFuture<>();
        StatusWalk walk = new StatusWalk(containers, listeners);
        try {
            loop.execute(() -> step(walk, result));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    /** As {@link #read}, and how many connections there were to each endpoint, for which the kernel is asked about each. */
    CompletableFuture<AdminView> readWithUpstreams() {
        return read().thenApplyAsync(status -> new AdminView(status, upstreams.read()), loop::execute);
    }

    private void step(StatusWalk walk, CompletableFuture<RouterStatus> result) {
        try {
            if (walk.next()) {
                loop.execute(() -> step(walk, result));
            } else {
                result.complete(new RouterStatus(
                        VERSION,
                        state,
                        config,
                        health.now(),
                        security.certificate(),
                        started,
                        walk.containers(),
                        walk.counts(),
                        peers.status(),
                        counters.snapshot(),
                        secure.read()));
            }
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }
}
