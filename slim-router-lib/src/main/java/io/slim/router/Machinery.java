package io.slim.router;

import io.slim.api.ConfigurationException;
import io.slim.api.RouterConfig;
import io.slim.router.admin.AdminServer;
import io.slim.router.announce.Announcements;
import io.slim.router.capability.Withholding;
import io.slim.router.connect.Connects;
import io.slim.router.container.Containers;
import io.slim.router.control.ControlSecurity;
import io.slim.router.control.ControlServer;
import io.slim.router.control.Peers;
import io.slim.router.flow.FlowLog;
import io.slim.router.gateway.KeptRegistrations;
import io.slim.router.gateway.Registrations;
import io.slim.router.gateway.Rehearsal;
import io.slim.router.gateway.ShimGateway;
import io.slim.router.grant.Grants;
import io.slim.router.grant.TrialListener;
import io.slim.router.health.HealthWatch;
import io.slim.router.listen.ListenService;
import io.slim.router.listen.ListenerRecovery;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counters;
import io.slim.router.observe.Events;
import io.slim.router.observe.Upstreams;
import io.slim.router.proof.ProofService;
import io.slim.router.rate.ContainerRates;
import io.slim.router.secure.SecureMode;
import io.slim.router.watchdog.Watchdog;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the parts of a router in order and ends them in the opposite one. */
final class Machinery {

    private static final Logger LOG = LoggerFactory.getLogger(Machinery.class);

    private final RouterConfig config;
    private final RouterLoop loop;
    private final Events events;
    private final HealthWatch health;
    private final Containers containers;
    private final Withholding withholding;
    private final ListenService listens;
    private final ListenerRecovery recovery;
    private final Watchdog watchdog;
    private final Announcements announcements;
    private final ControlSecurity controlSecurity;
    private final ProofService proof;
    private final ControlServer controlServer;
    private final Peers peers;
    private final Connects connects;
    private final SecureMode secure;
    private final ContainerRates rates;
    private final Grants grants;
    private final TrialListener trials;
    private final FlowLog flows;
    private final ShimGateway gateway;
    private final Registrations registrations;
    private final KeptRegistrations kept;
    private final Rehearsal rehearsal;
    private final Counters counters;
    private final Upstreams upstreams;
    private final AdminServer adminServer;

    @Inject
    Machinery(
            RouterConfig config,
            RouterLoop loop,
            Events events,
            HealthWatch health,
            Containers containers,
            Withholding withholding,
            ListenService listens,
            ListenerRecovery recovery,
            Watchdog watchdog,
            Announcements announcements,
            ControlSecurity controlSecurity,
            ProofService proof,
            ControlServer controlServer,
            Peers peers,
            Connects connects,
            SecureMode secure,
            ContainerRates rates,
            Grants grants,
            TrialListener trials,
            FlowLog flows,
            ShimGateway gateway,
            Registrations registrations,
            KeptRegistrations kept,
            Rehearsal rehearsal,
            Counters counters,
            Upstreams upstreams,
            AdminServer adminServer) {
        this.config = config;
        this.loop = loop;
        this.events = events;
        this.health = health;
        this.containers = containers;
        this.withholding = withholding;
        this.listens = listens;
        this.recovery = recovery;
        this.watchdog = watchdog;
        this.announcements = announcements;
        this.controlSecurity = controlSecurity;
        this.proof = proof;
        this.controlServer = controlServer;
        this.peers = peers;
        this.connects = connects;
        this.secure = secure;
        this.rates = rates;
        this.grants = grants;
        this.trials = trials;
        this.flows = flows;
        this.gateway = gateway;
        this.registrations = registrations;
        this.kept = kept;
        this.rehearsal = rehearsal;
        this.counters = counters;
        this.upstreams = upstreams;
        this.adminServer = adminServer;
    }

    /**
     * Starts everything.
     *
     * @throws IOException if a part cannot start; {@link #close} is to be called then too
     * @throws ConfigurationException if what protects the control channel cannot be used; the same
     */
    void start() throws IOException {
        loop.start();
        events.start();
        controlSecurity.start();
        Files.createDirectories(config.stateDirectory());
        secure.start();
        flows.start();
        containers.start();
        withholding.start();
        listens.start();
        proof.start();
        announcements.start();
        watchdog.start();
        recovery.run();
        kept.restore();
        loop.run(() -> {
            rates.start();
            grants.start();
            grants.recover();
            connects.start();
        });
        // A client that was announced must be found by its server, which asks at the gateway who it is.
        gateway.start();
        controlServer.start();
        rehearsal.run();
        counters.clear();
        loop.run(upstreams::clear);
        health.start();
        adminServer.start();
    }

    /** Frees everything that was started. */
    void close() {
        if (!loop.isStarted()) {
            return;
        }
        adminServer.close();
        registrations.close();
        gateway.close();
        watchdog.close();
        proof.closeVisits();
        flows.close();
        try {
            loop.call(() -> {
                controlServer.close();
                peers.close();
                proof.close();
                connects.close();
                announcements.close();
                grants.close();
                rates.close();
                trials.close();
                listens.close();
                withholding.close();
                secure.close();
                return null;
            });
        } catch (Exception e) {
            LOG.warn("while closing", e);
        }
        controlSecurity.close();
        loop.close();
        containers.close();
        events.close();
    }
}
