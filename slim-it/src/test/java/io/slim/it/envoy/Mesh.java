package io.slim.it.envoy;

import static io.slim.it.envoy.Envoy.SOON;

import io.slim.it.RoutedLab;
import io.slim.it.program.Shim;
import io.slim.testbed.Container;
import io.slim.testbed.Finished;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.TestBedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Client, its Envoy, the server's Envoy, server: the first two in one container, the others in another on another host. */
final class Mesh implements AutoCloseable {
    private static final int APPLICATION = 8080;
    private static final int GRPC_APPLICATION = 8081;

    private final Path directory;
    private final Container client;
    private final ControlPlane control;
    private final Running application;
    private final Running grpcApplication;
    private final Envoy back;
    private final Envoy front;

    /** Starts everything; the Envoys have the shim, nothing else has. */
    Mesh(RoutedLab lab) throws IOException, InterruptedException {
        directory = Files.createDirectory(lab.bed().directory().resolve("mesh"));
        client = lab.client();
        certificates();
        control = new ControlPlane(directory.resolve("control.sock"));
        application = lab.server().start("nginx", "-e", "stderr", "-c", "" + nginx(directory, APPLICATION));
        grpcApplication = lab.server().start(java(GrpcEcho.class, "serve", "" + GRPC_APPLICATION));
        back = Envoy.start(lab.server(), Shim.in(lab.server()), configuration(lab.bed(), directory, "back"));
        front = Envoy.start(client, Shim.in(client), configuration(lab.bed(), directory, "front"));
        application.waitForListener(APPLICATION, SOON);
        grpcApplication.waitForListener(GRPC_APPLICATION, SOON);
    }

    /** Fills in one of the configurations that lie in src/test/envoy. */
    static Path configuration(TestBed bed, Path directory, String name) throws IOException {
        String text = Files.readString(Path.of("src/test/envoy", name + ".yaml"))
                .replace("@DIR@", directory.toString())
                .replace("@CLIENT@", bed.container(1).address())
                .replace("@SERVER@", bed.container(2).address());
        return Files.writeString(directory.resolve(name + ".yaml"), text);
    }

    /** A server that says as whose it takes a request: the last in X-Forwarded-For. */
    static Path nginx(Path directory, int port) throws IOException {
        return Files.writeString(directory.resolve("nginx.conf"), """
                user root; worker_processes 1; daemon off; pid %1$s/nginx.pid; events { worker_connections 2048; }
                http {
                    access_log off; client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; keepalive_requests 1000000;
                    fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
                    server { listen %2$d; location / { return 200 "for $http_x_forwarded_for\\n"; } }
                }
                """.formatted(directory, port));
    }

    private void certificates() throws IOException, InterruptedException {
        String key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
        String script =
                "openssl req -x509 " + key + " -subj /CN=mesh -keyout ca.key -out ca.pem && for n in front back; do"
                        + " openssl req " + key + " -subj /CN=$n -keyout $n.key -out $n.csr &&"
                        + " openssl x509 -req -in $n.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out $n.pem || exit 1; done";
        Path log = directory.resolve("openssl.log");
        int exitCode = new ProcessBuilder("sh", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (exitCode != 0) {
            throw new IOException(Files.readString(log));
        }
    }

    static String[] java(Class<?> program, String... arguments) {
        Stream<String> jvm = Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName());
        return Stream.concat(jvm, Stream.of(arguments)).toArray(String[]::new);
    }

    ControlPlane control() {
        return control;
    }

    Envoy front() {
        return front;
    }

    Envoy back() {
        return back;
    }

    /** The client asks its Envoy, by the container's own address; without the shim. */
    Finished curl(String url, String... more) {
        String[] words = Stream.concat(
                        Stream.of("curl", "-sS", "-m", "10", "-w", "%{http_code}"),
                        Stream.concat(Stream.of(more), Stream.of("http://" + client.address() + url)))
                .toArray(String[]::new);
        return client.exec(words);
    }

    /** What either Envoy ("front", "back") has logged of requests so far. */
    List<String> log(String envoy) {
        try {
            return Files.readAllLines(directory.resolve(envoy + ".log"));
        } catch (IOException e) {
            throw new TestBedException("no log of " + envoy, e);
        }
    }

    @Override
    public void close() {
        front.close();
        back.close();
        application.close();
        grpcApplication.close();
        control.close();
    }
}
