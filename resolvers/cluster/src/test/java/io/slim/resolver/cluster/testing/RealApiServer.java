package io.slim.resolver.cluster.testing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A kube-apiserver with an etcd, one for all tests of a JVM: it takes ten seconds to start. Started again, it has its objects. */
final class RealApiServer implements ApiServer {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static RealApiServer only;

    private final Path directory;
    private final Path program;
    private final int port = freePort();
    private final int etcdPort = freePort();
    private final int etcdPeerPort = freePort();
    private final Path kubeconfig;
    private final KubernetesClient client;
    private final Process etcd;
    private Process server;

    private RealApiServer(Path program) throws Exception {
        this.program = program;
        directory = Files.createTempDirectory("slim-apiserver");
        Runtime.getRuntime().addShutdownHook(new Thread(this::end));
        kubeconfig = Kubeconfig.write(directory, "https://127.0.0.1:" + port);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
        Files.writeString(directory.resolve("tokens"), "t,u,1,system:masters\n");
        run("openssl", "genrsa", "-out", file("key"), "2048").waitFor();
        String peers = "http://127.0.0.1:" + etcdPeerPort;
        etcd = run(
                "etcd",
                "--data-dir=" + file("etcd"),
                "--listen-client-urls=" + etcdUrl(),
                "--advertise-client-urls=" + etcdUrl(),
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=default=" + peers,
                "--unsafe-no-fsync");
        start();
    }

    /** The one that there is, without what the last test has left. */
    static synchronized RealApiServer emptied(Path program) throws Exception {
        if (only == null) {
            only = new RealApiServer(program);
        } else if (!only.server.isAlive()) {
            only.start();
        }
        only.empty();
        return only;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private String etcdUrl() {
        return "http://127.0.0.1:" + etcdPort;
    }

    private Process run(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    @Override
    public void start() throws Exception {
        server = run(
                program.toString(),
                "--etcd-servers=" + etcdUrl(),
                "--secure-port=" + port,
                "--bind-address=127.0.0.1",
                "--cert-dir=" + file("certificates"),
                "--service-account-issuer=https://slim.test",
                "--service-account-key-file=" + file("key"),
                "--service-account-signing-key-file=" + file("key"),
                "--service-cluster-ip-range=10.96.0.0/16",
                "--authorization-mode=RBAC",
                "--token-auth-file=" + file("tokens"),
                "--disable-admission-plugins=ServiceAccount");
        await(this::isReady);
    }

    private boolean isReady() {
        try {
            return "ok".equals(client.raw("/readyz"));
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + SOON.toNanos();
        CountDownLatch never = new CountDownLatch(1);
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IOException("the API server does not do it within " + SOON.toSeconds() + " s");
            }
            boolean unused = never.await(100, TimeUnit.MILLISECONDS);
        }
    }

    private void empty() throws Exception {
        var services = client.services().inNamespace("default");
        client.apiextensions().v1().customResourceDefinitions().delete();
        client.pods().inAnyNamespace().withGracePeriod(0).delete();
        client.nodes().delete();
        services.list().getItems().stream()
                .filter(service -> !service.getMetadata().getName().equals("kubernetes"))
                .forEach(service -> client.resource(service).delete());
        client.discovery()
                .v1()
                .endpointSlices()
                .inAnyNamespace()
                .withLabel("kubernetes.io/service-name")
                .delete();
        await(() -> client.pods().inAnyNamespace().list().getItems().isEmpty()
                && client.nodes().list().getItems().isEmpty()
                && client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .list()
                        .getItems()
                        .isEmpty());
    }

    @Override
    public void stop() {
        server.destroyForcibly().onExit().join();
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
    public void define(CustomResourceDefinitionContext kind) throws Exception {
        String name = kind.getPlural() + "." + kind.getGroup();
        client.resource("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: %s, annotations: {api-approved.kubernetes.io: unapproved}}
                spec:
                  group: %s
                  scope: Cluster
                  names: {kind: %s, plural: %s}
                  versions:
                    - name: %s
                      served: true
                      storage: true
                      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """.formatted(name, kind.getGroup(), kind.getKind(), kind.getPlural(), kind.getVersion()))
                .create();
        await(() -> isServed(name));
    }

    private boolean isServed(String name) {
        var status = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(name)
                .get()
                .getStatus();
        return status != null
                && status.getConditions() != null
                && status.getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }

    /** What a kubelet says goes to the status, and what a pod shall be cannot be changed later. */
    @Override
    public void put(String yaml) {
        HasMetadata object = client.getKubernetesSerialization().unmarshal(yaml);
        var resource = client.resource(object);
        if (resource.get() == null) {
            resource.create();
        } else if (!(object instanceof Pod)) {
            resource.update();
        }
        if (yaml.contains("status:")) {
            client.resource(object).updateStatus();
        }
    }

    @Override
    public void close() throws Exception {
        if (!server.isAlive()) {
            start();
        }
    }

    private void end() {
        for (Process process : List.of(server, etcd)) {
            process.destroyForcibly().onExit().join();
        }
        try (var files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
        } catch (IOException e) {
            // It is in the directory for temporary files.
        }
    }
}
