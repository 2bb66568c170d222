package io.slim.bench.report;

import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Result;
import io.slim.bench.measure.Series;
import io.slim.bench.measure.Way;
import java.util.List;
import java.util.Optional;

/**
 * What the NSDI 2019 paper found between two machines with 40 Gb/s and Linux 4.4, against Weave: ratios, since machines differ. From its abstract and from
 * public summaries of it.
 */
final class Paper {
    /**
     * One of its findings, and what is measured here in its place.
     *
     * @param ratio as the paper or its readers give it
     */
    record Finding(String what, String ratio, String workload, String figure, Way way, Way to) {
        /** The same ratio in this run; empty if it was not measured. */
        Optional<Series> here(List<Result> results) {
            return results.stream()
                    .filter(result -> result.name().equals(workload))
                    .findFirst()
                    .flatMap(this::in);
        }

        private Optional<Series> in(Result result) {
            Optional<Figure> meant = result.figures().stream()
                    .filter(one -> one.key().equals(figure))
                    .findFirst();
            return meant.flatMap(one -> result.ratio(one, way, to));
        }
    }

    private static final String CPU = "cpu_ms";

    static final List<Finding> FINDINGS = List.of(
            new Finding("Overlay, throughput of one stream / host", "0.52", "stream-1", "gbps", Way.VXLAN, Way.HOST),
            new Finding("Overlay, round trip / host", "1.85", "rr-1", "p50_us", Way.VXLAN, Way.HOST),
            new Finding("Slim, throughput of one stream / host", "about 1", "stream-1", "gbps", Way.SECURE, Way.HOST),
            new Finding("Slim, round trip / host", "about 1", "rr-1", "p50_us", Way.SECURE, Way.HOST),
            new Finding(
                    "Slim, setting up a connection / overlay", "about 2", "connect", "p50_us", Way.SECURE, Way.VXLAN),
            new Finding(
                    "memcached, throughput, Slim / overlay",
                    "1.66 to 1.71",
                    "memcached",
                    "operations_per_second",
                    Way.SECURE,
                    Way.VXLAN),
            new Finding("memcached, latency, Slim / overlay", "0.58", "memcached", "average_us", Way.SECURE, Way.VXLAN),
            new Finding("memcached, CPU, Slim / overlay", "0.44 to 0.46", "memcached", CPU, Way.SECURE, Way.VXLAN),
            new Finding("nginx, CPU, Slim / overlay", "0.60 to 0.78", "nginx-keep-1k", CPU, Way.SECURE, Way.VXLAN),
            new Finding("PostgreSQL, CPU, Slim / overlay", "0.75 to 0.78", "postgres-tpcb", CPU, Way.SECURE, Way.VXLAN),
            new Finding("Kafka, CPU, Slim / overlay", "0.89 to 0.90", "kafka-producer", CPU, Way.SECURE, Way.VXLAN));

    private Paper() {}
}
