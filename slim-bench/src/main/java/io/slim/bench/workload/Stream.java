package io.slim.bench.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Outcome;
import io.slim.testbed.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** TCP streams, by iperf3. */
record Stream(String name, String title, int streams, boolean reverse) implements Workload {
    private static final Figure THROUGHPUT = Figure.moreIsBetter("gbps", "throughput, Gb/s");

    @Override
    public String unit() {
        return "GB";
    }

    @Override
    public List<String> programs() {
        return List.of("iperf3");
    }

    @Override
    public double seconds(Scale scale) {
        return scale.seconds() + 0.3;
    }

    @Override
    public Session open(Ground ground) {
        int port = ground.port(0);
        Running server = ground.serve(port, "iperf3", "-s", "-p", Integer.toString(port));
        return new Session() {
            @Override
            public Outcome measure(Scale scale) {
                return Stream.this.measure(ground, port, scale);
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }

    private Outcome measure(Ground ground, int port, Scale scale) {
        List<String> command = new ArrayList<>(List.of("iperf3", "-J", "-c", ground.address()));
        command.addAll(List.of("-p", Integer.toString(port), "-t", scale.secondsText()));
        command.addAll(List.of("-P", Integer.toString(streams)));
        if (reverse) {
            command.add("-R");
        }
        JsonNode received = ground.json(command.toArray(java.lang.String[]::new))
                .path("end")
                .path("sum_received");
        return new Outcome(
                Map.of(THROUGHPUT, Numbers.in(received, "bits_per_second") / 1e9), Numbers.in(received, "bytes") / 1e9);
    }
}
