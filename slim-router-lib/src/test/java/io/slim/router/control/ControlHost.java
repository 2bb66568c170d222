package io.slim.router.control;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.spi.ExposedBinding;
import io.slim.api.Endpoint;
import io.slim.api.RouterConfig;
import io.slim.api.RouterConfigBuilder;
import io.slim.api.RouterMode;
import io.slim.api.RouterTimes;
import io.slim.api.SlimRouter;
import io.slim.api.event.Reason;
import io.slim.api.event.RouterEvent;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.status.RouterStatus;
import io.slim.router.SlimRouterModule;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FixedResolver;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A whole router on a loopback address, of which the control channel is used by hand: without shims, and without root. */
final class ControlHost implements AutoCloseable {

    /** Time enough for a busy machine: these tests are about who is answered, not how fast. */
    static final RouterTimes PATIENT = RouterTimes.DEFAULT.withConnectDeadline(Duration.ofSeconds(8));

    private final Injector injector;
    private final SlimRouter router;
    private final Queue<RouterEvent> events = new ConcurrentLinkedQueue<>();

    /** Starts one. 10.32.0.n lives on 127.0.0.n. */
    ControlHost(String address, int controlPort, Path directory, UnaryOperator<RouterConfigBuilder> settings)
            throws Exception {
        RouterConfig config = settings.apply(RouterConfig.builder()
                        .hostAddress(InetAddress.getByName(address))
                        .mode(RouterMode.NON_SECURE)
                        .controlInsecure(true)
                        .times(PATIENT)
                        .controlPort(controlPort)
                        .socket(directory.resolve(address + ".sock"))
                        .stateDirectory(directory.resolve(address)))
                .build();
        FixedResolver resolver = new FixedResolver();
        for (int i = 1; i < 9; i++) {
            resolver.put("10.32.0." + i, "127.0.0." + i);
        }
        Injector outside = Guice.createInjector(new SlimRouterModule(), new AbstractModule() {
            @Override
            protected void configure() {
                bind(RouterConfig.class).toInstance(config);
                bind(OverlayResolver.class).toInstance(resolver);
                SlimRouterModule.bindListener(binder()).addBinding().toInstance(events::add);
            }
        });
        router = outside.getInstance(SlimRouter.class);
        injector = partsOf(outside);
        router.start();
    }

    /** The parts are private to the router; the binding that it exposes leads to them. */
    private static Injector partsOf(Injector outside) {
        return ((ExposedBinding<SlimRouter>) outside.getBinding(SlimRouter.class))
                .getPrivateElements()
                .getInjector();
    }

    /** Announces a client of this host to the router of another; the answer may be this router's own. */
    CompletableFuture<Reason> announce(String host) throws Exception {
        return announce(host, (reason, port, rate) -> {});
    }

    /** The same; the callback is called by the event loop. */
    CompletableFuture<Reason> announce(String host, AnnounceCallback callback) throws Exception {
        CompletableFuture<Reason> answer = new CompletableFuture<>();
        InetAddress to = InetAddress.getByName(host);
        InetAddress client =
                InetAddress.getByName("10.32.0." + router.config().hostAddress().getAddress()[3]);
        Endpoint destination = new Endpoint(InetAddress.getByName("10.32.0." + to.getAddress()[3]), 80);
        injector.getInstance(RouterLoop.class).execute(() -> injector.getInstance(Peers.class)
                .announce(to, client, 40_000, destination, (reason, port, rate) -> {
                    answer.complete(reason);
                    callback.answered(reason, port, rate);
                }));
        return answer;
    }

    /** Waits for the answer. */
    Reason ask(String host) throws Exception {
        return announce(host).get(20, TimeUnit.SECONDS);
    }

    /** Asks until the answer is that one, at most ten seconds: a link that has gone needs time to come back. */
    void awaitAnswer(String host, Reason expected) throws Exception {
        Eventually.get(() -> ask(host), expected::equals);
    }

    RouterStatus status() {
        return router.status();
    }

    long count(Counter counter) {
        return injector.getInstance(Counters.class).get(counter);
    }

    /** What has been told so far, of that kind. */
    <E extends RouterEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Override
    public void close() {
        router.close();
    }
}
