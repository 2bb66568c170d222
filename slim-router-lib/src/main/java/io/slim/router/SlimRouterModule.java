package io.slim.router;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import io.slim.api.RouterConfig;
import io.slim.api.SlimRouter;
import io.slim.api.event.RouterListener;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;
import io.slim.router.confine.Confinement;
import io.slim.router.secure.ConfinementOpener;

/**
 * Binds {@link SlimRouter} for those who wire with Guice; everybody else uses {@link SlimRouter#builder()}. One injector
 * makes one router, which its owner starts and closes.
 *
 * <p>Whoever installs it binds {@link RouterConfig} and {@link OverlayResolver}, and may extend the router:
 *
 * <pre>{@code
 * bind(RouterConfig.class).toInstance(config);
 * bind(OverlayResolver.class).to(EtcdResolver.class);
 * SlimRouterModule.bindListener(binder()).addBinding().to(AuditLog.class);   // any number
 * SlimRouterModule.bindPolicy(binder()).setBinding().to(TeamPolicy.class);   // at most one; default: allow
 * install(new SlimRouterModule());
 * }</pre>
 *
 * <p>What the router consists of is private to it, and bound strictly, whatever rules the injector has otherwise.
 */
public final class SlimRouterModule extends AbstractModule {

    private final ConfinementOpener opener;

    /** Nothing is needed to make it. */
    public SlimRouterModule() {
        this(Confinement::open);
    }

    /** With another kernel's side of secure mode. */
    SlimRouterModule(ConfinementOpener opener) {
        this.opener = opener;
    }

    /** Where event listeners are added; none is needed. */
    public static Multibinder<RouterListener> bindListener(Binder binder) {
        return Multibinder.newSetBinder(binder, RouterListener.class);
    }

    /** Where a policy is set; without one, {@link ConnectionPolicy#ALLOW} is asked. */
    public static OptionalBinder<ConnectionPolicy> bindPolicy(Binder binder) {
        return OptionalBinder.newOptionalBinder(binder, ConnectionPolicy.class);
    }

    @Override
    protected void configure() {
        requireBinding(RouterConfig.class);
        requireBinding(OverlayResolver.class);
        // Declared even if nobody adds one: an empty set is fine.
        bindListener(binder());
        bindPolicy(binder()).setDefault().toInstance(ConnectionPolicy.ALLOW);
        install(new RouterInternals(opener));
    }
}
