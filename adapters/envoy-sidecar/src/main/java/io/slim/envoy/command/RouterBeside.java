package io.slim.envoy.command;

import io.slim.api.RouterConfig;
import io.slim.api.RouterException;
import io.slim.api.SlimRouter;
import io.slim.api.container.ContainerException;
import io.slim.api.container.ContainerInfo;
import io.slim.api.container.ContainerRegistration;
import io.slim.api.container.ContainerSpec;
import io.slim.api.container.ContainerSpecBuilder;
import io.slim.router.settings.PlugIns;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The router that Envoy's shim is to ask: this process's own, or one that is there: the host's, or that of the {@code slim-envoy} whose
 * Envoy hands over to this one's. If there is none, Envoy runs all the same: the overlay is always there.
 */
final class RouterBeside implements AutoCloseable {

    private static final long PAUSE_MILLIS = 200;

    private final Path socket;
    private final @Nullable SlimRouter own;
    private final @Nullable ContainerRegistration registration;
    private final @Nullable PlugIns plugIns;

    private RouterBeside(
            Path socket,
            @Nullable SlimRouter own,
            @Nullable ContainerRegistration registration,
            @Nullable PlugIns plugIns) {
        this.socket = socket;
        this.own = own;
        this.registration = registration;
        this.plugIns = plugIns;
    }

    /**
     * Finds it or starts it.
     *
     * @param say gets what people should know, in one line
     * @throws io.slim.api.ConfigurationException if a router is asked for that cannot be meant
     */
    static RouterBeside find(EnvoySettings settings, Consumer<String> say) {
        Path socket = socket(settings);
        if (answers(socket)) {
            return new RouterBeside(socket, null, null, null);
        }
        if (!settings.embeds()) {
            say.accept("no router answers at " + socket + ": Envoy's connections take the overlay while that is so");
            return new RouterBeside(socket, null, null, null);
        }
        PlugIns plugIns = settings.open();
        SlimRouter router = SlimRouter.builder()
                .config(settings.router())
                .resolver(plugIns.resolver())
                .policy(plugIns.policy())
                .build();
        try {
            router.start();
            return new RouterBeside(socket, router, register(router, settings), plugIns);
        } catch (RouterException | ContainerException e) {
            say.accept("the router cannot serve, so Envoy's connections take the overlay: " + e.getMessage());
            router.close();
            plugIns.close();
            return new RouterBeside(socket, null, null, null);
        } catch (RuntimeException e) {
            router.close();
            plugIns.close();
            throw e;
        }
    }

    private static Path socket(EnvoySettings settings) {
        if (!settings.embeds() || settings.namespace().isEmpty()) {
            return settings.sharedSocket();
        }
        RouterConfig config = settings.router();
        return config.containersDirectory().resolve(settings.id()).resolve("slim.sock");
    }

    private static boolean answers(Path socket) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static @Nullable ContainerRegistration register(SlimRouter router, EnvoySettings settings) {
        if (settings.namespace().isEmpty()) {
            return null;
        }
        ContainerSpecBuilder spec = ContainerSpec.builder(settings.id())
                .networkNamespace(settings.namespace().get());
        settings.addresses().forEach(spec::address);
        return router.register(spec.build());
    }

    /** Where the shim finds it. */
    Path socket() {
        return socket;
    }

    /** Whether it is this process's own, and others use it too: an Envoy that has taken over from this one's, say. */
    boolean isUsed() {
        return own != null
                && own.containers().stream()
                                .mapToInt(ContainerInfo::connections)
                                .sum()
                        > 0;
    }

    /** Returns when nobody uses it any more. */
    void awaitUnused() throws InterruptedException {
        while (isUsed()) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    /** Ends it if it is this process's own. */
    @Override
    public void close() {
        if (registration != null) {
            registration.close();
        }
        if (own != null) {
            own.close();
        }
        if (plugIns != null) {
            plugIns.close();
        }
    }
}
