package io.slim.bench.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Outcome;
import io.slim.testbed.Running;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What slim-probe measures: request and response, connect, connect until the first answer.
 *
 * @param mode slim-probe's word for it: rr, connect, answer
 * @param size of messages for rr, else 0
 */
record Probe(String name, String title, String mode, int size) implements Workload {
    private static final Figure P50 = Figure.lessIsBetter("p50_us", "p50, µs");
    private static final Figure P90 = Figure.lessIsBetter("p90_us", "p90, µs");
    private static final Figure P99 = Figure.lessIsBetter("p99_us", "p99, µs");
    private static final Figure P999 = Figure.lessIsBetter("p999_us", "p99.9, µs");
    private static final Figure RATE = Figure.moreIsBetter("per_second", "per second");

    @Override
    public String unit() {
        return size > 0 ? "1000 transactions" : "1000 connections";
    }

    @Override
    public List<String> programs() {
        return List.of();
    }

    @Override
    public double seconds(Scale scale) {
        return size > 0 ? scale.seconds() + 0.2 : 0.3 + scale.count() * 100e-6;
    }

    /**
     * For request and response both ends are on one processor: else it would mostly measure how long an idle processor takes to wake up, which on a
     * virtual machine is several times the trip itself and changes from second to second.
     */
    @Override
    public Session open(Ground ground) {
        int port = ground.port(1);
        String[] command = {ground.probe().toString(), "serve", Integer.toString(port)};
        Running server = size > 0 ? ground.serveHere(port, command) : ground.serve(port, command);
        return new Session() {
            @Override
            public Outcome measure(Scale scale) {
                return Probe.this.measure(ground, port, scale);
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }

    private Outcome measure(Ground ground, int port, Scale scale) {
        String probe = ground.probe().toString();
        String to = Integer.toString(port);
        JsonNode times = size > 0
                ? ground.json(probe, mode, ground.address(), to, scale.secondsText(), Integer.toString(size))
                : ground.json(probe, mode, ground.address(), to, scale.countText());
        Map<Figure, Double> figures = new LinkedHashMap<>();
        for (Figure figure : List.of(P50, P90, P99, P999)) {
            figures.put(figure, Numbers.in(times, figure.key()));
        }
        double count = Numbers.in(times, "count");
        if (size > 0) {
            figures.put(RATE, count / scale.seconds());
        }
        return new Outcome(figures, count / 1000);
    }
}
