package io.slim.router;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Stage;
import io.slim.api.RouterConfig;
import io.slim.api.SlimRouter;
import io.slim.api.SlimRouterProvider;
import io.slim.api.event.RouterListener;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;

/** Found by {@link SlimRouter#builder()}. */
public final class DefaultRouterProvider implements SlimRouterProvider {

    /** For {@link java.util.ServiceLoader}. */
    public DefaultRouterProvider() {}

    @Override
    public SlimRouter create(
            RouterConfig config, OverlayResolver resolver, ConnectionPolicy policy, RouterListener listener) {
        return Guice.createInjector(Stage.PRODUCTION, new RouterModule(), new AbstractModule() {
                    @Override
                    protected void configure() {
                        bind(RouterConfig.class).toInstance(config);
                        bind(OverlayResolver.class).toInstance(resolver);
                        bind(ConnectionPolicy.class).toInstance(policy);
                        bind(RouterListener.class).toInstance(listener);
                    }
                })
                .getInstance(SlimRouter.class);
    }
}
