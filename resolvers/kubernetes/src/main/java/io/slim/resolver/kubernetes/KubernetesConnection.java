package io.slim.resolver.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;

/** Makes the client. Files are read each time: what was renewed is used from the next connection on. */
final class KubernetesConnection {

    private static final int CONNECT_MILLIS = 3000;
    private static final int REQUEST_MILLIS = 15_000;

    private KubernetesConnection() {}

    /**
     * Connects when it is first used.
     *
     * @throws IOException if a file cannot be read
     */
    static KubernetesClient open(KubernetesOptions options) throws IOException {
        Config config = options.kubeconfig() == null
                ? Config.autoConfigure(null)
                : Config.fromKubeconfig(Files.readString(options.kubeconfig()));
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(config)
                        .withConnectionTimeout(CONNECT_MILLIS)
                        .withRequestTimeout(REQUEST_MILLIS)
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }
}
