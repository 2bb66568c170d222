package io.slim.bench.workload;

import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Outcome;
import io.slim.testbed.Running;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** memcached with one thread, asked by memcaslap over 32 connections: nine gets for each set. */
record Memcached() implements Workload {
    private static final Figure RATE = Figure.moreIsBetter("operations_per_second", "operations per second");
    private static final Figure AVERAGE = Figure.lessIsBetter("average_us", "average, µs");
    private static final Pattern OPERATIONS = Pattern.compile("Ops: (\\d+) TPS: \\d+");
    private static final Pattern PER_SECOND = Pattern.compile("Ops: \\d+ TPS: (\\d+)");
    private static final int CONNECTIONS = 32;

    @Override
    public String name() {
        return "memcached";
    }

    @Override
    public String title() {
        return "memcached, memcaslap over 32 connections";
    }

    @Override
    public String unit() {
        return "1000 operations";
    }

    @Override
    public List<String> programs() {
        return List.of("memcached", "memcaslap");
    }

    @Override
    public double seconds(Scale scale) {
        return scale.seconds() + 0.3;
    }

    @Override
    public Session open(Ground ground) {
        int port = ground.port(3);
        Running server = ground.serve(
                port, "memcached", "-u", "root", "-l", "0.0.0.0", "-p", port + "", "-U", "0", "-t", "1", "-c", "2048");
        return new Session() {
            @Override
            public Outcome measure(Scale scale) {
                return Memcached.measure(ground, port, scale);
            }

            @Override
            public void close() {
                server.stop();
            }
        };
    }

    private static Outcome measure(Ground ground, int port, Scale scale) {
        String report = ground.run(
                "memcaslap",
                "-s",
                ground.address() + ":" + port,
                "-T",
                "1",
                "-c",
                CONNECTIONS + "",
                "-t",
                scale.secondsText() + "s");
        double rate = Numbers.in(report, PER_SECOND);
        Map<Figure, Double> figures = new LinkedHashMap<>();
        figures.put(RATE, rate);
        // Each connection has one operation under way (Little's law).
        figures.put(AVERAGE, CONNECTIONS / rate * 1e6);
        return new Outcome(figures, Numbers.in(report, OPERATIONS) / 1000);
    }
}
