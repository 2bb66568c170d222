package io.slim.resolver.cluster.testing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mock server of the client library. Started again, it has forgotten all objects. */
final class MockApiServer implements ApiServer {

    private static final Logger LOG = LoggerFactory.getLogger(MockApiServer.class);

    private final Path kubeconfig;
    private final List<CustomResourceDefinitionContext> kinds = new ArrayList<>();
    private final List<String> groups;
    private KubernetesMockServer server;
    private KubernetesClient client;
    private int port;

    MockApiServer(Path directory, List<String> groups) throws IOException {
        this.groups = groups;
        start();
        this.kubeconfig = Kubeconfig.write(directory, "http://127.0.0.1:" + port);
    }

    @Override
    public void start() {
        server = new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), new Dispatcher(), false);
        server.init(InetAddress.getLoopbackAddress(), port);
        port = server.getPort();
        client = server.createClient();
    }

    @Override
    public void stop() {
        client.close();
        try {
            server.destroy();
        } catch (IllegalStateException e) {
            // It waits ten seconds for connections that are just being closed; its port is free by then.
            LOG.info("the mock server took its time to end", e);
        }
    }

    @Override
    public Path kubeconfig() {
        return kubeconfig;
    }

    @Override
    public KubernetesClient client() {
        return client;
    }

    @Override
    public void define(CustomResourceDefinitionContext kind) {
        kinds.add(kind);
        server.expectCustomResource(kind);
    }

    /** The library's would say of any group that it is there. */
    private final class Dispatcher extends KubernetesCrudDispatcher {

        Dispatcher() {
            super(kinds);
        }

        @Override
        public MockResponse handleGet(String path) {
            return groups.stream()
                            .filter(group -> kinds.stream()
                                    .noneMatch(kind -> kind.getGroup().equals(group)))
                            .anyMatch(group -> path.equals("/apis/" + group))
                    ? new MockResponse().setResponseCode(HttpURLConnection.HTTP_NOT_FOUND)
                    : super.handleGet(path);
        }
    }

    @Override
    public void put(String yaml) {
        HasMetadata object = client.getKubernetesSerialization().unmarshal(yaml);
        var resource = client.resource(object);
        if (resource.get() == null) {
            resource.create();
        } else {
            resource.update();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
