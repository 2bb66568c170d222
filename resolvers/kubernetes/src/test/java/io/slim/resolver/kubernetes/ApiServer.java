package io.slim.resolver.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mock server of the client library: it keeps objects, lists and watches them over HTTP, as the real one does. */
final class ApiServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

    private final Path kubeconfig;
    private KubernetesMockServer server;
    private KubernetesClient client;
    private int port;

    ApiServer(Path kubeconfig) throws IOException {
        this.kubeconfig = kubeconfig;
        start();
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters:
                  - {name: c, cluster: {server: "http://127.0.0.1:%d"}}
                contexts:
                  - {name: x, context: {cluster: c, user: u}}
                users:
                  - {name: u, user: {token: t}}
                current-context: x
                """.formatted(port));
    }

    /** With nothing in it, at the same port as before. */
    void start() {
        server = new KubernetesMockServer(
                new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
        server.init(InetAddress.getLoopbackAddress(), port);
        port = server.getPort();
        client = server.createClient();
    }

    void stop() {
        client.close();
        try {
            server.destroy();
        } catch (IllegalStateException e) {
            // It waits ten seconds for connections that are just being closed; its port is free by then.
            LOG.info("the mock server took its time to end", e);
        }
    }

    Path kubeconfig() {
        return kubeconfig;
    }

    /** Puts an object there, in YAML, as it is or in place of the one of that name. */
    void put(String yaml) {
        HasMetadata object = client.getKubernetesSerialization().unmarshal(yaml);
        var resource = client.resource(object);
        if (resource.get() == null) {
            resource.create();
        } else {
            resource.update();
        }
    }

    void delete(String yaml) {
        HasMetadata object = client.getKubernetesSerialization().unmarshal(yaml);
        client.resource(object).delete();
    }

    @Override
    public void close() {
        stop();
    }
}
