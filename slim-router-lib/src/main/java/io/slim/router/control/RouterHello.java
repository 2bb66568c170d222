package io.slim.router.control;

import io.slim.api.RouterConfig;
import io.slim.router.control.Wire.Hello;
import jakarta.inject.Inject;
import java.util.concurrent.ThreadLocalRandom;

/** How this router introduces itself to others. */
public final class RouterHello {

    private final long instance = ThreadLocalRandom.current().nextLong();
    private final Hello message;

    @Inject
    RouterHello(RouterConfig config) {
        message = Hello.newBuilder()
                .setLowestVersion(Version.LOWEST)
                .setHighestVersion(Version.HIGHEST)
                .setInstance(instance)
                .setHost(WireAddress.write(config.hostAddress()))
                .build();
    }

    /** A number that changes with each start of the router. */
    public long instance() {
        return instance;
    }

    Hello message() {
        return message;
    }
}
