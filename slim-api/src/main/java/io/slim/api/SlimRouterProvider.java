package io.slim.api;

import io.slim.api.event.RouterListener;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;

/**
 * Makes routers; {@link SlimRouter#builder()} finds it by {@link java.util.ServiceLoader}. Implemented by
 * {@code slim-router-lib}; embedders have no use for it.
 */
public interface SlimRouterProvider {

    /**
     * Makes a router that is not started.
     *
     * @param config complete and checked
     * @param resolver stays the caller's: the router does not close it
     * @param policy asked for each connection
     * @param listener told what happens
     */
    SlimRouter create(RouterConfig config, OverlayResolver resolver, ConnectionPolicy policy, RouterListener listener);
}
