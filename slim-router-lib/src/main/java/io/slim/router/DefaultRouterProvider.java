package io.slim.router;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Stage;
import com.google.inject.multibindings.Multibinder;
import io.slim.api.HostCapabilities;
import io.slim.api.RouterConfig;
import io.slim.api.RouterParts;
import io.slim.api.SlimRouter;
import io.slim.api.SlimRouterProvider;
import io.slim.api.event.RouterListener;
import io.slim.api.resolver.OverlayResolver;
import io.slim.router.health.HostProbe;

/** Found by {@link SlimRouter#builder()}. */
public final class DefaultRouterProvider implements SlimRouterProvider {

    /** For {@link java.util.ServiceLoader}. */
    public DefaultRouterProvider() {}

    @Override
    public SlimRouter create(RouterParts parts) {
        return Guice.createInjector(Stage.PRODUCTION, new SlimRouterModule(), new Embedder(parts))
                .getInstance(SlimRouter.class);
    }

    @Override
    public HostCapabilities capabilities() {
        return HostProbe.look();
    }

    /** What an embedder without Guice has given. */
    private static final class Embedder extends AbstractModule {

        private final RouterParts parts;

        private Embedder(RouterParts parts) {
            this.parts = parts;
        }

        @Override
        protected void configure() {
            binder().requireExplicitBindings();
            bind(RouterConfig.class).toInstance(parts.config());
            bind(OverlayResolver.class).toInstance(parts.resolver());
            SlimRouterModule.bindPolicy(binder()).setBinding().toInstance(parts.policy());
            Multibinder<RouterListener> listeners = SlimRouterModule.bindListener(binder());
            parts.listeners().forEach(listener -> listeners.addBinding().toInstance(listener));
        }
    }
}
