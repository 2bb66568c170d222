package io.slim.resolver.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Makes the client. Files are read each time: what was renewed is used from the next connection on. */
final class ClusterConnection {

    private static final int CONNECT_MILLIS = 3000;
    private static final int REQUEST_MILLIS = 15_000;

    private ClusterConnection() {}

    /**
     * Connects when it is first used.
     *
     * @param kubeconfig null for the one of the environment, or the pod's service account
     * @throws IOException if a file cannot be read
     */
    static KubernetesClient open(@Nullable Path kubeconfig) throws IOException {
        Config config =
                kubeconfig == null ? Config.autoConfigure(null) : Config.fromKubeconfig(Files.readString(kubeconfig));
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(config)
                        .withConnectionTimeout(CONNECT_MILLIS)
                        .withRequestTimeout(REQUEST_MILLIS)
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("body-limit", new BodyLimit()))
                .build();
    }
}
