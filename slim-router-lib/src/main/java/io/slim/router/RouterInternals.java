package io.slim.router;

import com.google.inject.PrivateModule;
import com.google.inject.Scopes;
import io.slim.api.SlimRouter;
import io.slim.router.admin.AdminActions;
import io.slim.router.admin.AdminServer;
import io.slim.router.admin.SecureReader;
import io.slim.router.admin.StatusReader;
import io.slim.router.admin.UpstreamReader;
import io.slim.router.announce.Admission;
import io.slim.router.announce.Announcements;
import io.slim.router.capability.Withholding;
import io.slim.router.connect.ConnectModule;
import io.slim.router.container.Containers;
import io.slim.router.control.ControlSecurity;
import io.slim.router.control.ControlServer;
import io.slim.router.control.Peers;
import io.slim.router.control.Questions;
import io.slim.router.control.RouterHello;
import io.slim.router.flow.FlowLog;
import io.slim.router.gateway.KeptRegistrations;
import io.slim.router.gateway.Registrations;
import io.slim.router.gateway.Rehearsal;
import io.slim.router.gateway.ShimGateway;
import io.slim.router.grant.GrantChecks;
import io.slim.router.grant.Grants;
import io.slim.router.grant.TrialListener;
import io.slim.router.health.HealthWatch;
import io.slim.router.journal.ListenerJournal;
import io.slim.router.listen.ListenService;
import io.slim.router.listen.ListenerRecovery;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counters;
import io.slim.router.observe.Events;
import io.slim.router.observe.Problems;
import io.slim.router.observe.Upstreams;
import io.slim.router.policy.PolicyCheck;
import io.slim.router.proof.NamespaceVisits;
import io.slim.router.proof.Probes;
import io.slim.router.proof.ProofService;
import io.slim.router.proof.ProofSettings;
import io.slim.router.proof.Proofs;
import io.slim.router.proof.Witness;
import io.slim.router.rate.ContainerRates;
import io.slim.router.resolver.Resolving;
import io.slim.router.secure.ConfinementOpener;
import io.slim.router.secure.SecureMode;
import io.slim.router.watchdog.Watchdog;

/**
 * The parts of a router; only {@link SlimRouter} is seen outside. Strict: what is not bound here does not exist, and the
 * strictness does not spread to the injector that it is installed in.
 */
final class RouterInternals extends PrivateModule {

    private final ConfinementOpener opener;

    RouterInternals(ConfinementOpener opener) {
        this.opener = opener;
    }

    @Override
    protected void configure() {
        binder().requireExplicitBindings();
        binder().requireAtInjectOnConstructors();
        binder().requireExactBindingAnnotations();
        binder().disableCircularProxies();
        bind(SlimRouter.class).to(DefaultSlimRouter.class);
        expose(SlimRouter.class);
        one(DefaultSlimRouter.class);
        one(Machinery.class);
        one(Counters.class);
        one(Upstreams.class);
        one(Events.class);
        one(Problems.class);
        one(HealthWatch.class);
        one(RouterLoop.class);
        one(Resolving.class);
        one(PolicyCheck.class);
        one(Containers.class);
        one(Withholding.class);
        one(ContainerRates.class);
        one(ListenerJournal.class);
        one(ListenService.class);
        one(ListenerRecovery.class);
        one(Watchdog.class);
        one(Admission.class);
        one(ProofSettings.class);
        one(NamespaceVisits.class);
        one(Witness.class);
        one(Announcements.class);
        one(RouterHello.class);
        one(ControlSecurity.class);
        one(ControlServer.class);
        one(Peers.class);
        one(Probes.class);
        one(Proofs.class);
        one(ProofService.class);
        one(Questions.class);
        bind(ConfinementOpener.class).toInstance(opener);
        one(SecureMode.class);
        one(GrantChecks.class);
        one(Grants.class);
        one(TrialListener.class);
        one(FlowLog.class);
        install(new ConnectModule());
        one(ShimGateway.class);
        one(Registrations.class);
        one(SecureReader.class);
        one(UpstreamReader.class);
        one(StatusReader.class);
        one(KeptRegistrations.class);
        one(AdminActions.class);
        one(AdminServer.class);
        one(Rehearsal.class);
    }

    private void one(Class<?> type) {
        bind(type).in(Scopes.SINGLETON);
    }
}
