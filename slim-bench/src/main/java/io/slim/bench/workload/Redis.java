package io.slim.bench.workload;

import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Outcome;
import io.slim.testbed.Running;
import io.slim.testbed.TestBedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Redis, asked for GETs by redis-benchmark over 32 connections. */
record Redis() implements Workload {
    private static final Figure RATE = Figure.moreIsBetter("requests_per_second", "requests per second");
    private static final Figure P50 = Figure.lessIsBetter("p50_us", "p50, µs");
    private static final Figure P99 = Figure.lessIsBetter("p99_us", "p99, µs");
    private static final int REQUESTS_PER_SECOND = 60_000;

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public String title() {
        return "Redis, redis-benchmark GET over 32 connections";
    }

    @Override
    public String unit() {
        return "1000 requests";
    }

    @Override
    public List<String> programs() {
        return List.of("redis-server", "redis-benchmark");
    }

    @Override
    public double seconds(Scale scale) {
        return scale.seconds() + 0.2;
    }

    @Override
    public Session open(Ground ground) {
        int port = ground.port(4);
        Running server = ground.serve(
                port, "redis-server", "--port", port + "", "--bind", "0.0.0.0", "--save", "", "--protected-mode", "no");
        return new Session() {
            @Override
            public Outcome measure(Scale scale) {
                return Redis.measure(ground, port, scale);
            }

            @Override
            public void close() {
                server.stop();
            }
        };
    }

    /** A line of CSV: "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms". */
    private static Outcome measure(Ground ground, int port, Scale scale) {
        int requests = scale.seconds() * REQUESTS_PER_SECOND;
        String report = ground.run(
                "redis-benchmark",
                "-h",
                ground.address(),
                "-p",
                port + "",
                "-t",
                "get",
                "-c",
                "32",
                "-n",
                requests + "",
                "--csv");
        String line = report.lines()
                .filter(text -> text.startsWith("\"GET\""))
                .findFirst()
                .orElseThrow(() -> new TestBedException("redis-benchmark says nothing of GET: " + report));
        String[] fields = line.replace("\"", "").split(",", -1);
        Map<Figure, Double> figures = new LinkedHashMap<>();
        figures.put(RATE, Double.parseDouble(fields[1]));
        figures.put(P50, Double.parseDouble(fields[4]) * 1000);
        figures.put(P99, Double.parseDouble(fields[6]) * 1000);
        return new Outcome(figures, requests / 1000.0);
    }
}
