package io.slim.router;

import io.slim.api.ConfigurationException;
import io.slim.api.HostCapabilities;
import io.slim.api.RouterConfig;
import io.slim.api.RouterException;
import io.slim.api.RouterState;
import io.slim.api.SlimRouter;
import io.slim.api.container.ContainerInfo;
import io.slim.api.container.ContainerRegistration;
import io.slim.api.container.ContainerSpec;
import io.slim.api.health.RouterHealth;
import io.slim.api.status.RouterStatus;
import io.slim.router.admin.StatusReader;
import io.slim.router.container.Containers;
import io.slim.router.gateway.Registrations;
import io.slim.router.health.HealthWatch;
import io.slim.router.health.HostProbe;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counters;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The router as embedders see it: its life, and what they ask of it. */
final class DefaultSlimRouter implements SlimRouter {

    private static final long STATUS_SECONDS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(DefaultSlimRouter.class);

    private final RouterConfig config;
    private final Machinery machinery;
    private final RouterLoop loop;
    private final Containers containers;
    private final Registrations registrations;
    private final HealthWatch health;
    private final StatusReader statusReader;
    private final Counters counters;
    private volatile RouterState state = RouterState.NEW;

    @Inject
    DefaultSlimRouter(
            RouterConfig config,
            Machinery machinery,
            RouterLoop loop,
            Containers containers,
            Registrations registrations,
            HealthWatch health,
            StatusReader statusReader,
            Counters counters) {
        this.config = config;
        this.machinery = machinery;
        this.loop = loop;
        this.containers = containers;
        this.registrations = registrations;
        this.health = health;
        this.statusReader = statusReader;
        this.counters = counters;
    }

    @Override
    public synchronized void start() {
        requireState(RouterState.NEW);
        try {
            machinery.start();
        } catch (ConfigurationException e) {
            end();
            throw e;
        } catch (IOException | RuntimeException e) {
            end();
            throw new RouterException("the router cannot start: " + e.getMessage(), e);
        }
        enter(RouterState.RUNNING);
        LOG.info(
                "serving {} at {}, control port {}, listen ports {}",
                config.hostAddress().getHostAddress(),
                config.socket(),
                config.controlPort(),
                config.listenPorts());
    }

    private void requireState(RouterState required) {
        if (state != required) {
            throw new IllegalStateException("router: " + state + " (expected: " + required + ")");
        }
    }

    @Override
    public synchronized ContainerRegistration register(ContainerSpec container) {
        Objects.requireNonNull(container, "container");
        requireState(RouterState.RUNNING);
        return registrations.register(container);
    }

    @Override
    public synchronized List<ContainerInfo> containers() {
        if (state != RouterState.RUNNING) {
            return List.of();
        }
        try {
            return loop.call(containers::infos);
        } catch (Exception e) {
            throw new RouterException("the containers cannot be listed: " + e.getMessage(), e);
        }
    }

    @Override
    public RouterState state() {
        return state;
    }

    private void enter(RouterState next) {
        state = next;
        statusReader.entered(next);
    }

    @Override
    public RouterStatus status() {
        requireState(RouterState.RUNNING);
        if (loop.isCurrent()) {
            throw new IllegalStateException("status() was called by the event loop, which it waits for");
        }
        try {
            return statusReader.read().get(STATUS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RouterException("interrupted while the status was read", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new RouterException("the status cannot be read: " + e, e);
        }
    }

    @Override
    public RouterHealth health() {
        return health.ask(state);
    }

    @Override
    public HostCapabilities capabilities() {
        return HostProbe.look();
    }

    @Override
    public RouterConfig config() {
        return config;
    }

    @Override
    public synchronized void close() {
        if (state == RouterState.CLOSED) {
            return;
        }
        boolean wasRunning = state == RouterState.RUNNING;
        end();
        if (wasRunning) {
            LOG.info("closed: {}", counters);
        }
    }

    private void end() {
        enter(RouterState.CLOSED);
        machinery.close();
    }
}
