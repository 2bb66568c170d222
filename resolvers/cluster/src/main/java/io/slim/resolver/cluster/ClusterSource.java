package io.slim.resolver.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import io.slim.resolver.common.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows a cluster with the informers of the client library: list, watch, and list again when the server has forgotten what
 * came after (410 Gone). What they keep is reduced to what they need themselves: a pod has a hundred times more than its
 * addresses.
 */
public final class ClusterSource implements Source {

    private static final long START_SECONDS = 30;
    private static final long QUIET_MILLIS = 2000;
    private static final long LEAST_PAUSE_MILLIS = 20;
    private static final long MOST_PAUSE_MILLIS = 1000;
    private static final long PAGE = 500;

    private final @Nullable Path kubeconfig;
    private final Supplier<? extends ClusterView> views;

    /**
     * Prepares.
     *
     * @param kubeconfig null for the one of the environment, or the pod's service account
     * @param views makes one that knows nothing yet; asked for one each time that all is listed anew
     */
    public ClusterSource(@Nullable Path kubeconfig, Supplier<? extends ClusterView> views) {
        this.kubeconfig = kubeconfig;
        this.views = views;
    }

    @Override
    public void follow(Feed feed) throws Exception {
        ClusterView view = views.get();
        Changes changes = new Changes();
        List<SharedIndexInformer<?>> informers = new ArrayList<>();
        try (KubernetesClient client = ClusterConnection.open(kubeconfig)) {
            List<Followed<?>> all = view.followed(client);
            for (Followed<?> followed : all) {
                ask(followed);
            }
            for (Followed<?> followed : all) {
                informers.add(inform(client, followed, changes));
            }
            for (SharedIndexInformer<?> informer : informers) {
                start(informer);
            }
            if (!changes.awaitLists(informers.size(), TimeUnit.SECONDS.toMillis(START_SECONDS))) {
                throw new IOException("Kubernetes: what was listed is not taken within " + START_SECONDS + " s");
            }
            publishChanges(client, view, changes, informers, feed);
        } finally {
            informers.forEach(SharedIndexInformer::stop);
        }
    }

    /** Whether they can be listed. An informer that fails at the start logs it as an error, each time. */
    private static void ask(Followed<?> followed) throws IOException {
        if (followed.objects().list(new ListOptionsBuilder().withLimit(1L).build()) == null) {
            throw new IOException("Kubernetes: an empty answer to a list of "
                    + followed.type().getSimpleName());
        }
    }

    /** Makes one that has not started. */
    private static <T extends HasMetadata> SharedIndexInformer<T> inform(
            KubernetesClient client, Followed<T> followed, Changes changes) {
        return followed.objects()
                .withLimit(PAGE)
                .runnableInformer(0)
                .itemStore(new ReducedStateItemStore<>(
                        ReducedStateItemStore.NAME_KEY_STATE, followed.type(), client.getKubernetesSerialization()))
                .exceptionHandler((started, failure) -> started)
                .addEventHandler(new Taker<>(followed.taking(), changes));
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
            KubernetesClient client,
            ClusterView view,
            Changes changes,
            List<SharedIndexInformer<?>> informers,
            Feed feed)
            throws Exception {
        while (true) {
            if (changes.await(QUIET_MILLIS)) {
                long start = System.nanoTime();
                synchronized (changes) {
                    feed.publish(view.table(), revision(informers) + view.remark());
                }
                long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                Thread.sleep(Math.min(MOST_PAUSE_MILLIS, Math.max(LEAST_PAUSE_MILLIS, 2 * took)));
            } else {
                confirm(client, informers, feed);
            }
        }
    }

    private static String revision(List<SharedIndexInformer<?>> informers) {
        @Nullable String first = informers.get(0).lastSyncResourceVersion();
        return first == null ? "" : first;
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
