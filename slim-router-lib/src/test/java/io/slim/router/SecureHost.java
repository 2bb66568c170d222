package io.slim.router;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.spi.ExposedBinding;
import io.slim.api.OverlayProof;
import io.slim.api.RouterConfig;
import io.slim.api.RouterConfigBuilder;
import io.slim.api.RouterMode;
import io.slim.api.RouterTimes;
import io.slim.api.SlimRouter;
import io.slim.api.container.ContainerRegistration;
import io.slim.api.container.ContainerSpec;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;
import io.slim.router.confine.Confinement;
import io.slim.router.confine.Confinement.KnownDestination;
import io.slim.router.confine.Grant;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.TestContainer;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

/** A router in secure mode that serves a loopback address as its host, with the real kernel's side; and a look at both. */
final class SecureHost implements AutoCloseable {

    private static final Duration BUSY_MACHINE = Duration.ofSeconds(2);

    private final SlimRouter router;
    private final Injector parts;
    private final KernelWatch watch = new KernelWatch();
    private Confinement kernel;

    SecureHost(
            String address,
            int controlPort,
            Path directory,
            OverlayResolver resolver,
            ConnectionPolicy policy,
            UnaryOperator<RouterConfigBuilder> settings)
            throws Exception {
        RouterConfig config = settings.apply(RouterConfig.builder()
                        .hostAddress(InetAddress.getByName(address))
                        .mode(RouterMode.SECURE)
                        .controlInsecure(true)
                        // These tests run as root of the host.
                        .acceptCapable(List.of("client", "server", "stranger"))
                        .controlPort(controlPort)
                        // These containers have addresses, but no overlay between them.
                        .overlayProof(OverlayProof.OFF)
                        .socket(directory.resolve(address + ".sock"))
                        .stateDirectory(directory.resolve(address))
                        .times(RouterTimes.DEFAULT.withConnectDeadline(BUSY_MACHINE)))
                .build();
        SlimRouterModule module = new SlimRouterModule((bounds, loop) -> {
            kernel = watch.of(Confinement.open(bounds, loop));
            return kernel;
        });
        Injector outside = Guice.createInjector(module, new AbstractModule() {
            @Override
            protected void configure() {
                bind(RouterConfig.class).toInstance(config);
                bind(OverlayResolver.class).toInstance(resolver);
                SlimRouterModule.bindPolicy(binder()).setBinding().toInstance(policy);
            }
        });
        router = outside.getInstance(SlimRouter.class);
        parts = ((ExposedBinding<SlimRouter>) outside.getBinding(SlimRouter.class))
                .getPrivateElements()
                .getInjector();
        router.start();
    }

    /** Registers a container with the addresses that it has. */
    ContainerRegistration register(String id, TestContainer container, String... addresses) throws Exception {
        var spec = ContainerSpec.builder(id).networkNamespace(container.path());
        for (String address : addresses) {
            spec.address(InetAddress.getByName(address));
        }
        return router.register(spec.build());
    }

    /** The socket that containers share. */
    Path socket() {
        return router.config().socket();
    }

    /** The container's own. */
    static ShimAgent shim(TestContainer container, ContainerRegistration registered) throws Exception {
        return container.shim(registered.socketDirectory().resolve("slim.sock"));
    }

    /** What the kernel has given to clients, without what routers try each other with. */
    List<Grant> grants() throws Exception {
        Collection<Grant> all = loop().call(() -> List.copyOf(kernel.grants()));
        return all.stream()
                .filter(grant -> !grant.client().equals(grant.clientHost()))
                .toList();
    }

    /** What the kernel leads containers to. */
    List<KnownDestination> destinations() throws Exception {
        return loop().call(() -> List.copyOf(kernel.destinations()));
    }

    /** What its router asks of the kernel. */
    KernelWatch watch() {
        return watch;
    }

    /** A page of the admin socket, such as {@code /metrics}. */
    String page(String path) throws IOException {
        Path socket = router.config().stateDirectory().resolve("admin.sock");
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(("GET " + path + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.UTF_8)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    long count(Counter counter) {
        return parts.getInstance(Counters.class).get(counter);
    }

    SlimRouter router() {
        return router;
    }

    <T> T part(Class<T> type) {
        return parts.getInstance(type);
    }

    private RouterLoop loop() {
        return parts.getInstance(RouterLoop.class);
    }

    /** Ends the router; containers that are registered keep what they have. */
    @Override
    public void close() {
        router.close();
    }
}
