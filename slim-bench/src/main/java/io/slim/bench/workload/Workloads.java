package io.slim.bench.workload;

import java.util.List;

/** All workloads, in the order in which they are run. */
public final class Workloads {
    /** Connections at one time, where their number is not the question. */
    private static final int MANY = 32;

    private Workloads() {}

    private static Workload growth(int connections) {
        return new Nginx(
                "growth-" + connections,
                "nginx, keep-alive, 1 KB, " + connections + " connections",
                1024,
                true,
                connections);
    }

    public static List<Workload> all() {
        return List.of(
                new Stream("stream-1", "One TCP stream", 1, false),
                new Stream("stream-8", "Eight TCP streams", 8, false),
                new Stream("stream-reverse", "One TCP stream, from the server", 1, true),
                new Probe("rr-1", "Request and response, 1 byte", "rr", 1),
                new Probe("rr-1k", "Request and response, 1 KB", "rr", 1024),
                new Probe("rr-16k", "Request and response, 16 KB", "rr", 16384),
                new Probe("connect", "connect()", "connect", 0),
                new Probe("accept", "connect() until the server has accepted and answered", "answer", 0),
                new Nginx("nginx-short", "nginx, a connection per request, 1 KB", 1024, false, MANY),
                new Nginx("nginx-keep-1k", "nginx, keep-alive, 1 KB", 1024, true, MANY),
                new Nginx("nginx-keep-1m", "nginx, keep-alive, 1 MB", 1 << 20, true, MANY),
                new Nginx("nginx-short-1m", "nginx, a connection per request, 1 MB", 1 << 20, false, MANY),
                new Memcached(),
                new Redis(),
                new Postgres("postgres-select", "PostgreSQL, pgbench select-only", List.of("-S")),
                new Postgres("postgres-tpcb", "PostgreSQL, pgbench TPC-B (like)", List.of()),
                new Kafka("kafka-producer", "Kafka, a producer of 500-byte records", false),
                new Kafka("kafka-consumer", "Kafka, a consumer of 500-byte records", true),
                growth(1),
                growth(10),
                growth(100),
                growth(1000),
                growth(10_000),
                Crowd.ofContainers(1),
                Crowd.ofContainers(50),
                Crowd.ofContainers(200),
                Crowd.ofEndpoints(10),
                Crowd.ofEndpoints(1000),
                Crowd.ofEndpoints(100_000));
    }
}
