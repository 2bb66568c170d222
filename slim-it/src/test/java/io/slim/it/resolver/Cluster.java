package io.slim.it.resolver;

import io.slim.testbed.Container;
import io.slim.testbed.Host;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A cluster of which the test-bed's hosts are the nodes and its containers the pods; the first host has the API server. */
final class Cluster {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final int API_PORT = 6443;

    private final TestBed bed;
    private final Path objects;

    Cluster(TestBed bed) throws IOException {
        this.bed = bed;
        objects = bed.directory().resolve("objects");
        for (Host host : bed.hosts()) {
            put(
                    "Node",
                    host.name(),
                    "\"status\": {\"addresses\": [{\"type\": \"InternalIP\", \"address\": \"" + host.address()
                            + "\"}]}");
        }
        for (Container container : bed.containers()) {
            put(
                    "Pod",
                    container.name(),
                    "\"spec\": {}, \"status\": {\"phase\": \"Running\", \"podIP\": \"" + container.address()
                            + "\", \"hostIP\": \"" + container.host().address() + "\"}");
        }
    }

    /** Starts the API server; it ends with the test-bed. */
    void start() throws IOException {
        Files.writeString(kubeconfig(), """
                {"apiVersion": "v1", "kind": "Config", "current-context": "x",
                 "clusters": [{"name": "c", "cluster": {"server": "http://%s:%d"}}],
                 "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
                 "users": [{"name": "u", "user": {"token": "t"}}]}
                """.formatted(bed.host(1).address(), API_PORT));
        Running server = bed.host(1)
                .start(
                        "python3",
                        Path.of("src/test/python/api_server.py")
                                .toAbsolutePath()
                                .toString(),
                        bed.host(1).address(),
                        Integer.toString(API_PORT),
                        objects.toString());
        server.waitForListener(API_PORT, SOON);
    }

    private Path kubeconfig() {
        return bed.directory().resolve("kubeconfig");
    }

    /** As it is given to the router of a host. */
    String resolver(Host host) {
        return "kubernetes:services=true,kubeconfig=" + kubeconfig() + ",host=" + host.address();
    }

    /** A service, with port 80. */
    void service(String name, String address, String more) throws IOException {
        put(
                "Service",
                name,
                "\"spec\": {\"clusterIP\": \"" + address + "\", \"ports\": [{\"name\": \"p\", \"port\": 80}]" + more
                        + "}");
    }

    /** These are behind a service, and are ready. */
    void backends(String service, int port, Container... ready) throws IOException {
        List<String> endpoints = Arrays.stream(ready)
                .map(each -> "{\"addresses\": [\"" + each.address() + "\"], \"nodeName\": \""
                        + each.host().name() + "\", \"conditions\": {\"ready\": true}}")
                .toList();
        put(
                "EndpointSlice",
                service + "-1",
                "\"addressType\": \"IPv4\", \"ports\": [{\"name\": \"p\", \"port\": " + port + "}], \"endpoints\": ["
                        + endpoints.stream().collect(Collectors.joining(",")) + "]");
    }

    private void put(String kind, String name, String rest) throws IOException {
        String version = kind.equals("EndpointSlice") ? "discovery.k8s.io/v1" : "v1";
        String service = name.replaceAll("-\\d$", "");
        String namespace = kind.equals("Node") ? "" : "\"namespace\": \"default\", ";
        Path file = objects.resolve(kind).resolve(name + ".json");
        Files.createDirectories(file.getParent());
        Path next = file.resolveSibling(name + ".next");
        Files.writeString(
                next,
                "{\"apiVersion\": \"" + version + "\", \"kind\": \"" + kind + "\", \"metadata\": {\"name\": \"" + name
                        + "\", \"uid\": \"" + kind + name + "\", " + namespace + "\"labels\": "
                        + "{\"kubernetes.io/service-name\": \"" + service + "\"}}, " + rest + "}");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
