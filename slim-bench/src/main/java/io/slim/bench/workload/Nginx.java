package io.slim.bench.workload;

import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Outcome;
import io.slim.testbed.Running;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * nginx with one worker, asked by wrk.
 *
 * @param bytes of an answer
 * @param keepAlive whether a connection carries more than one request
 * @param connections at one time
 */
record Nginx(String name, String title, int bytes, boolean keepAlive, int connections) implements Workload {
    private static final Figure RATE = Figure.moreIsBetter("requests_per_second", "requests per second");
    private static final Figure P50 = Figure.lessIsBetter("p50_us", "p50, µs");
    private static final Figure P99 = Figure.lessIsBetter("p99_us", "p99, µs");
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
    private static final Pattern PER_SECOND = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
    private static final int CONNECTED_PER_SECOND = 1000;

    /** As many descriptors as a process may have. */
    private static final List<String> UNLIMITED = List.of("sh", "-c", "ulimit -n $(ulimit -Hn); exec \"$@\"", "sh");

    private static final String CONFIGURATION = """
            user root; worker_processes 1; daemon off; pid %1$s/pid; error_log %1$s/error.log;
            events { worker_connections 32768; }
            http {
                access_log off; client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
                fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
                sendfile on; keepalive_requests 1000000000; keepalive_timeout %2$d;
                server { listen %3$d backlog=4096; root %1$s; }
            }
            """;

    @Override
    public String unit() {
        return "1000 requests";
    }

    @Override
    public List<String> programs() {
        return List.of("nginx", "wrk");
    }

    @Override
    public double seconds(Scale scale) {
        return duration(scale) + 0.2;
    }

    /** wrk counts from before it connects: with many connections that takes its time, on each way. */
    private int duration(Scale scale) {
        return scale.seconds() + connections / CONNECTED_PER_SECOND;
    }

    @Override
    public Session open(Ground ground) {
        int port = ground.port(2);
        Path directory = ground.newDirectory(name);
        Path settings = Ground.write(
                directory.resolve("nginx.conf"), CONFIGURATION.formatted(directory, keepAlive ? 75 : 0, port));
        Ground.write(directory.resolve("file"), "x".repeat(bytes));
        List<String> command = new ArrayList<>(UNLIMITED);
        command.addAll(List.of("nginx", "-e", directory.resolve("error.log") + "", "-c", settings + ""));
        Running server = ground.serve(port, command.toArray(String[]::new));
        return new Session() {
            @Override
            public Outcome measure(Scale scale) {
                return Nginx.this.measure(ground, port, scale);
            }

            @Override
            public void close() {
                server.stop();
            }
        };
    }

    private Outcome measure(Ground ground, int port, Scale scale) {
        List<String> command = new ArrayList<>(UNLIMITED);
        command.addAll(List.of("wrk", "-t", "1", "--latency"));
        command.addAll(List.of("-c", connections + ""));
        command.addAll(List.of("-d", duration(scale) + "s"));
        if (!keepAlive) {
            command.addAll(List.of("-H", "Connection: close"));
        }
        command.add("http://" + ground.address() + ":" + port + "/file");
        String report = ground.run(command.toArray(String[]::new));
        Map<Figure, Double> figures = new LinkedHashMap<>();
        figures.put(RATE, Numbers.in(report, PER_SECOND));
        figures.put(P50, WrkTime.of(report, "50%"));
        figures.put(P99, WrkTime.of(report, "99%"));
        return new Outcome(figures, Numbers.in(report, REQUESTS) / 1000);
    }
}
