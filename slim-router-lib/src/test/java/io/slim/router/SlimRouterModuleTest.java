package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.Stage;
import com.google.inject.multibindings.Multibinder;
import io.slim.api.RouterConfig;
import io.slim.api.RouterMode;
import io.slim.api.RouterState;
import io.slim.api.SlimRouter;
import io.slim.api.event.RouterEvent;
import io.slim.api.event.RouterEvent.HealthChanged;
import io.slim.api.event.RouterListener;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.PolicyVerdict;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverHealth;
import io.slim.router.container.Containers;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The router in somebody's injector. */
class SlimRouterModuleTest {

    @TempDir
    private Path directory;

    private final BlockingQueue<RouterEvent> first = new LinkedBlockingQueue<>();
    private final BlockingQueue<RouterEvent> second = new LinkedBlockingQueue<>();
    private final FixedResolver resolver = new FixedResolver();
    private final ConnectionPolicy policy = request -> PolicyVerdict.overlay("on purpose");

    /** What an embedder would write. */
    private Module embedder() {
        return new AbstractModule() {
            @Override
            protected void configure() {
                bind(RouterConfig.class).toInstance(config());
                bind(OverlayResolver.class).toInstance(resolver);
                Multibinder<RouterListener> listeners = SlimRouterModule.bindListener(binder());
                listeners.addBinding().toInstance(first::add);
                listeners.addBinding().toInstance(second::add);
                SlimRouterModule.bindPolicy(binder()).setBinding().toInstance(policy);
                install(new SlimRouterModule());
            }
        };
    }

    private RouterConfig config() {
        return RouterConfig.builder()
                .hostAddress(InetAddress.getLoopbackAddress())
                .mode(RouterMode.NON_SECURE)
                .controlInsecure(true)
                .controlPort(FreePort.find())
                .socket(directory.resolve("slim.sock"))
                .stateDirectory(directory.resolve("state"))
                .build();
    }

    private static final class JustInTime {}

    @Test
    void makesOneRouterAndShowsNothingElse() {
        Injector injector = Guice.createInjector(Stage.PRODUCTION, embedder());
        SlimRouter router = injector.getInstance(SlimRouter.class);
        assertThat(router).isSameAs(injector.getInstance(SlimRouter.class));
        assertThat(router.state()).isEqualTo(RouterState.NEW);
        assertThat(injector.getExistingBinding(Key.get(Containers.class))).isNull();
        assertThat(injector.getInstance(ConnectionPolicy.class)).isSameAs(policy);
        assertThat(injector.getInstance(JustInTime.class))
                .as("the embedder's rules are the embedder's")
                .isNotNull();
    }

    @Test
    void allListenersAreTold() throws Exception {
        Injector injector = Guice.createInjector(Stage.PRODUCTION, embedder());
        try (SlimRouter router = injector.getInstance(SlimRouter.class)) {
            router.start();
            assertThat(router.health().problems()).isEmpty();
            resolver.health(ResolverHealth.stale("on purpose"));
            for (BlockingQueue<RouterEvent> told : List.of(first, second)) {
                assertThat(told.poll(10, TimeUnit.SECONDS)).isInstanceOf(HealthChanged.class);
            }
        }
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> Guice.createInjector(Stage.PRODUCTION, new SlimRouterModule()))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("RouterConfig")
                .hasMessageContaining("OverlayResolver");
    }

    @Test
    void policyAndListenersAreOptional() {
        Injector injector = Guice.createInjector(Stage.PRODUCTION, new AbstractModule() {
            @Override
            protected void configure() {
                bind(RouterConfig.class).toInstance(config());
                bind(OverlayResolver.class).toInstance(new FixedResolver());
                install(new SlimRouterModule());
            }
        });
        assertThat(injector.getInstance(ConnectionPolicy.class)).isSameAs(ConnectionPolicy.ALLOW);
        assertThat(injector.getInstance(SlimRouter.class).state()).isEqualTo(RouterState.NEW);
    }
}
