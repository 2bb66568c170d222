package io.slim.resolver.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import io.slim.resolver.common.Source;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Follows a cluster with the informers of the client library: list, watch, and list again when the server has forgotten what
 * came after (410 Gone). What they keep is reduced to what they need themselves: a pod has a hundred times more than its
 * addresses.
 */
final class KubernetesSource implements Source {

    private static final long START_SECONDS = 30;
    private static final long QUIET_MILLIS = 2000;
    private static final long LEAST_PAUSE_MILLIS = 20;
    private static final long MOST_PAUSE_MILLIS = 1000;
    private static final long PAGE = 500;

    private final KubernetesOptions options;

    KubernetesSource(KubernetesOptions options) {
        this.options = options;
    }

    @Override
    public void follow(Feed feed) throws Exception {
        ClusterState state = new ClusterState(options);
        List<SharedIndexInformer<?>> informers = new ArrayList<>();
        try (KubernetesClient client = KubernetesConnection.open(options)) {
            informers.add(inform(
                    client, Pod.class, client.pods().inAnyNamespace().withLimit(PAGE), Objects::place, state::pod));
            informers.add(inform(client, Node.class, client.nodes().withLimit(PAGE), Objects::node, state::node));
            if (options.services()) {
                informers.add(inform(
                        client,
                        io.fabric8.kubernetes.api.model.Service.class,
                        client.services().inAnyNamespace().withLimit(PAGE),
                        Objects::service,
                        state::service));
                informers.add(inform(
                        client,
                        EndpointSlice.class,
                        client.discovery()
                                .v1()
                                .endpointSlices()
                                .inAnyNamespace()
                                .withLimit(PAGE),
                        Objects::slice,
                        state::slice));
            }
            for (SharedIndexInformer<?> informer : informers) {
                start(informer);
            }
            publishChanges(client, state, informers, feed);
        } finally {
            informers.forEach(SharedIndexInformer::stop);
        }
    }

    /** Makes one that has not started. */
    private static <T extends HasMetadata, S> SharedIndexInformer<T> inform(
            KubernetesClient client,
            Class<T> type,
            Informable<T> objects,
            Function<T, @Nullable S> reading,
            BiConsumer<String, @Nullable S> state) {
        return objects.runnableInformer(0)
                .itemStore(new ReducedStateItemStore<>(
                        ReducedStateItemStore.NAME_KEY_STATE, type, client.getKubernetesSerialization()))
                .exceptionHandler((started, failure) -> started)
                .addEventHandler(new ResourceEventHandler<T>() {
                    @Override
                    public void onAdd(T object) {
                        state.accept(Objects.key(object), reading.apply(object));
                    }

                    @Override
                    public void onUpdate(T before, T object) {
                        onAdd(object);
                    }

                    @Override
                    public void onDelete(T object, boolean lastStateUnknown) {
                        state.accept(Objects.key(object), null);
                    }
                });
    }

    private static void start(SharedIndexInformer<?> informer) throws Exception {
        try {
            informer.start().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("Kubernetes", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("Kubernetes: no list within " + START_SECONDS + " s", e);
        }
    }

    private static void publishChanges(
            KubernetesClient client, ClusterState state, List<SharedIndexInformer<?>> informers, Feed feed)
            throws Exception {
        while (true) {
            if (state.awaitChange(QUIET_MILLIS)) {
                long start = System.nanoTime();
                feed.publish(state.table(), revision(informers));
                long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                Thread.sleep(Math.min(MOST_PAUSE_MILLIS, Math.max(LEAST_PAUSE_MILLIS, 2 * took)));
            } else {
                confirm(client, informers, feed);
            }
        }
    }

    private static String revision(List<SharedIndexInformer<?>> informers) {
        @Nullable String pods = informers.get(0).lastSyncResourceVersion();
        return pods == null ? "" : pods;
    }

    /** A watch is silent when nothing changes and when the server is dead alike: it is asked something small. */
    private static void confirm(KubernetesClient client, List<SharedIndexInformer<?>> informers, Feed feed)
            throws IOException {
        for (SharedIndexInformer<?> informer : informers) {
            if (!informer.isRunning()) {
                throw new IOException(
                        "Kubernetes: the watch of " + informer.getApiTypeClass().getSimpleName() + " has ended");
            }
        }
        client.getKubernetesVersion();
        if (informers.stream().allMatch(SharedIndexInformer::isWatching)) {
            feed.confirm();
        }
    }
}
