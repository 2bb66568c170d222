package io.slim.router;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import io.slim.api.RouterConfig;
import io.slim.api.SlimRouter;
import io.slim.api.event.RouterListener;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;
import io.slim.router.admin.AdminServer;
import io.slim.router.admin.StatusReader;
import io.slim.router.announce.Admission;
import io.slim.router.announce.Announcements;
import io.slim.router.connect.ConnectService;
import io.slim.router.container.Containers;
import io.slim.router.control.ControlSecurity;
import io.slim.router.control.ControlServer;
import io.slim.router.control.Peers;
import io.slim.router.control.RouterHello;
import io.slim.router.gateway.Rehearsal;
import io.slim.router.gateway.ShimGateway;
import io.slim.router.journal.ListenerJournal;
import io.slim.router.listen.ListenService;
import io.slim.router.listen.ListenerRecovery;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counters;
import io.slim.router.observe.Events;
import io.slim.router.policy.PolicyCheck;
import io.slim.router.resolver.Resolving;
import io.slim.router.watchdog.Watchdog;

/**
 * Wires a {@link SlimRouter}. It needs bindings for {@link RouterConfig}, {@link OverlayResolver}, {@link ConnectionPolicy}
 * and {@link RouterListener} from whoever installs it. One injector makes one router.
 */
public final class RouterModule extends AbstractModule {

    @Override
    protected void configure() {
        binder().requireExplicitBindings();
        binder().requireAtInjectOnConstructors();
        binder().requireExactBindingAnnotations();
        binder().disableCircularProxies();
        requireBinding(RouterConfig.class);
        requireBinding(OverlayResolver.class);
        requireBinding(ConnectionPolicy.class);
        requireBinding(RouterListener.class);
        bind(SlimRouter.class).to(DefaultSlimRouter.class);
        one(DefaultSlimRouter.class);
        one(Counters.class);
        one(Events.class);
        one(RouterLoop.class);
        one(Resolving.class);
        one(PolicyCheck.class);
        one(Containers.class);
        one(ListenerJournal.class);
        one(ListenService.class);
        one(ListenerRecovery.class);
        one(Watchdog.class);
        one(Admission.class);
        one(Announcements.class);
        one(RouterHello.class);
        one(ControlSecurity.class);
        one(ControlServer.class);
        one(Peers.class);
        one(ConnectService.class);
        one(ShimGateway.class);
        one(Rehearsal.class);
        one(StatusReader.class);
        one(AdminServer.class);
    }

    private void one(Class<?> type) {
        bind(type).in(Scopes.SINGLETON);
    }
}
