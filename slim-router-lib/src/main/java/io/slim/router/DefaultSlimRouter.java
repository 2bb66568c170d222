package io.slim.router;

import io.slim.api.ConfigurationException;
import io.slim.api.RouterConfig;
import io.slim.api.RouterException;
import io.slim.api.RouterState;
import io.slim.api.SlimRouter;
import io.slim.api.status.RouterStatus;
import io.slim.router.admin.AdminServer;
import io.slim.router.admin.StatusReader;
import io.slim.router.announce.Announcements;
import io.slim.router.connect.ConnectService;
import io.slim.router.container.Containers;
import io.slim.router.control.ControlSecurity;
import io.slim.router.control.ControlServer;
import io.slim.router.control.Peers;
import io.slim.router.gateway.Rehearsal;
import io.slim.router.gateway.ShimGateway;
import io.slim.router.listen.ListenService;
import io.slim.router.listen.ListenerRecovery;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counters;
import io.slim.router.watchdog.Watchdog;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the parts in order and ends them in the opposite one. */
final class DefaultSlimRouter implements SlimRouter {

    private static final long STATUS_SECONDS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(DefaultSlimRouter.class);

    private final RouterConfig config;
    private final RouterLoop loop;
    private final Containers containers;
    private final ListenService listens;
    private final ListenerRecovery recovery;
    private final Watchdog watchdog;
    private final Announcements announcements;
    private final ControlSecurity controlSecurity;
    private final ControlServer controlServer;
    private final Peers peers;
    private final ConnectService connects;
    private final ShimGateway gateway;
    private final Rehearsal rehearsal;
    private final Counters counters;
    private final StatusReader statusReader;
    private final AdminServer adminServer;
    private volatile RouterState state = RouterState.NEW;

    @Inject
    DefaultSlimRouter(
            RouterConfig config,
            RouterLoop loop,
            Containers containers,
            ListenService listens,
            ListenerRecovery recovery,
            Watchdog watchdog,
            Announcements announcements,
            ControlSecurity controlSecurity,
            ControlServer controlServer,
            Peers peers,
            ConnectService connects,
            ShimGateway gateway,
            Rehearsal rehearsal,
            Counters counters,
            StatusReader statusReader,
            AdminServer adminServer) {
        this.config = config;
        this.loop = loop;
        this.containers = containers;
        this.listens = listens;
        this.recovery = recovery;
        this.watchdog = watchdog;
        this.announcements = announcements;
        this.controlSecurity = controlSecurity;
        this.controlServer = controlServer;
        this.peers = peers;
        this.connects = connects;
        this.gateway = gateway;
        this.rehearsal = rehearsal;
        this.counters = counters;
        this.statusReader = statusReader;
        this.adminServer = adminServer;
    }

    @Override
    public synchronized void start() {
        if (state != RouterState.NEW) {
            throw new IllegalStateException("router: " + state + " (expected: NEW)");
        }
        try {
            controlSecurity.start();
            Files.createDirectories(config.stateDirectory());
            containers.start();
            announcements.start();
            connects.start();
            watchdog.start();
            recovery.run();
            controlServer.start();
            gateway.start();
            rehearsal.run();
            counters.clear();
            adminServer.start();
        } catch (ConfigurationException e) {
            release();
            throw e;
        } catch (IOException | RuntimeException e) {
            release();
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
        if (state != RouterState.RUNNING) {
            throw new IllegalStateException("router: " + state + " (expected: RUNNING)");
        }
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
    public RouterConfig config() {
        return config;
    }

    @Override
    public synchronized void close() {
        if (state == RouterState.CLOSED) {
            return;
        }
        boolean wasRunning = state == RouterState.RUNNING;
        release();
        if (wasRunning) {
            LOG.info("closed: {}", counters);
        }
    }

    private void release() {
        enter(RouterState.CLOSED);
        adminServer.close();
        gateway.close();
        watchdog.close();
        try {
            loop.call(() -> {
                controlServer.close();
                peers.close();
                connects.close();
                listens.close();
                return null;
            });
        } catch (Exception e) {
            LOG.warn("while closing", e);
        }
        controlSecurity.close();
        loop.close();
        containers.close();
    }
}
