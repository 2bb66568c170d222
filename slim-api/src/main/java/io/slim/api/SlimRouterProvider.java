package io.slim.api;

/**
 * Makes routers; {@link SlimRouter#builder()} finds it by {@link java.util.ServiceLoader}. Implemented by
 * {@code slim-router-lib}; embedders have no use for it.
 */
public interface SlimRouterProvider {

    /** Makes a router that is not started. */
    SlimRouter create(RouterParts parts);

    /** Looks at this host. */
    HostCapabilities capabilities();
}
