package io.slim.bench.workload;

import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Outcome;
import java.util.List;

/**
 * connect() while the routers know of much besides.
 *
 * @param containers that are registered with each router, besides
 * @param endpoints that the resolver knows, besides
 */
record Crowd(String name, String title, int containers, int endpoints) implements Workload {
    private static final Figure MEMORY = Figure.lessIsBetter("routers_mib", "memory of both routers, MiB");

    static Crowd ofContainers(int count) {
        return new Crowd(
                "containers-" + count,
                "connect(), " + count + (count == 1 ? " container" : " containers") + " on each host",
                count - 1,
                0);
    }

    static Crowd ofEndpoints(int count) {
        return new Crowd(
                "endpoints-" + count, "connect(), the resolver knows " + count + " addresses besides", 0, count);
    }

    private Probe probe() {
        return new Probe(name, title, "connect", 0);
    }

    @Override
    public String unit() {
        return probe().unit();
    }

    @Override
    public List<String> programs() {
        return List.of("unshare", "setpriv");
    }

    @Override
    public double seconds(Scale scale) {
        return probe().seconds(scale);
    }

    @Override
    public Session open(Ground ground) {
        Routers.Change containers = ground.routers().containers(containers());
        Routers.Change endpoints = ground.routers().endpoints(endpoints());
        Session measured = probe().open(ground);
        return new Session() {
            @Override
            public Outcome measure(Scale scale) {
                Outcome outcome = measured.measure(scale);
                double memory = ground.routers().mebibytes();
                return memory > 0 ? outcome.with(MEMORY, memory) : outcome;
            }

            @Override
            public void close() {
                measured.close();
                endpoints.close();
                containers.close();
            }
        };
    }
}
