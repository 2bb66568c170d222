package io.slim.bench;

import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Outcome;
import io.slim.bench.measure.Result;
import io.slim.bench.measure.Way;
import io.slim.bench.report.Evaluation;
import io.slim.bench.workload.Scale;
import io.slim.bench.workload.Workload;
import io.slim.testbed.Machine;
import io.slim.testbed.TestBedException;
import io.slim.testbed.Traffic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Runs workloads, one after the other; in each, the ways alternate. */
final class Bench {
    /** Neighbour discovery of the containers is not silenced. */
    private static final long QUIET_BYTES = 100_000;
    /** Making test-beds and starting routers. */
    private static final double SETUP_SECONDS = 12;
    /** Starting the servers of a workload on all ways, and a first measurement that does not count. */
    private static final double OPENING_SECONDS = 3;

    private static final int LONGEST_NOTE = 1000;

    private static final Scale WARM_UP = new Scale(1, 200);

    private final List<Workload> workloads;
    private final int rounds;
    private final Scale scale;
    private final Progress progress;
    private final List<String> notes = new ArrayList<>();

    Bench(List<Workload> workloads, int rounds, Scale scale, Progress progress) {
        this.workloads = workloads;
        this.rounds = rounds;
        this.scale = scale;
        this.progress = progress;
    }

    /** How long it takes, about: seconds. */
    static double expectedSeconds(List<Workload> workloads, int rounds, Scale scale) {
        return SETUP_SECONDS
                + workloads.stream()
                        .mapToDouble(workload -> expectedSeconds(workload, rounds, scale))
                        .sum();
    }

    private static double expectedSeconds(Workload workload, int rounds, Scale scale) {
        double warmUp = OPENING_SECONDS + Way.values().length * workload.seconds(WARM_UP);
        return warmUp + rounds * Way.values().length * workload.seconds(scale);
    }

    /** What came of it; a workload that fails is left out with a note. */
    Evaluation run(String command) {
        List<Result> results = new ArrayList<>();
        try (Grounds grounds = Grounds.make(progress)) {
            progress.done(SETUP_SECONDS);
            for (Workload workload : workloads) {
                try {
                    results.add(run(workload, grounds));
                } catch (TestBedException e) {
                    notes.add(workload.name() + ": not measured: " + inOneLine(e));
                }
                progress.done(expectedSeconds(workload, rounds, scale));
            }
        }
        return new Evaluation(command, Machine.describe(), rounds, results, notes);
    }

    private static String inOneLine(TestBedException e) {
        String text = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " / ");
        return text.length() <= LONGEST_NOTE ? text : text.substring(0, LONGEST_NOTE) + "...";
    }

    private Result run(Workload workload, Grounds grounds) {
        Result result = new Result(workload.name(), workload.title());
        Map<Way, Workload.Session> sessions = new EnumMap<>(Way.class);
        try {
            progress.show(workload.name() + ": starting servers, warming up");
            for (Way way : Way.values()) {
                sessions.put(way, workload.open(grounds.on(way)));
                sessions.get(way).measure(WARM_UP);
            }
            for (int round = 0; round < rounds; round++) {
                progress.show(workload.name() + ": round " + (round + 1) + " of " + rounds);
                round(workload, grounds, sessions, round, result);
            }
        } finally {
            sessions.values().forEach(Workload.Session::close);
        }
        List<Integer> noisy = result.noisyRounds();
        if (!noisy.isEmpty()) {
            notes.add(workload.name() + ": noisy rounds (the host's own figure was more than 15 % off its median): "
                    + noisy);
        }
        return result;
    }

    /** Each way is first, second and last in turn: what changes on the machine meets all of them alike. */
    private void round(
            Workload workload, Grounds grounds, Map<Way, Workload.Session> sessions, int round, Result result) {
        List<Way> order = new ArrayList<>(List.of(Way.values()));
        Collections.rotate(order, round);
        Figure cpu = Figure.lessIsBetter("cpu_ms", "CPU of both hosts, ms per " + workload.unit());
        for (Way way : order) {
            Traffic overlay = grounds.overlay(way);
            double busy = Machine.busySeconds();
            Outcome outcome = sessions.get(way).measure(scale);
            double used = Machine.busySeconds() - busy;
            long leaked = way == Way.SECURE || way == Way.NON_SECURE
                    ? grounds.overlay(way).since(overlay).bytes()
                    : 0;
            if (leaked > QUIET_BYTES) {
                notes.add(workload.name() + ", round " + (round + 1) + ", " + way.title() + ": the overlay carried "
                        + leaked + " bytes");
            }
            result.add(way, outcome.with(cpu, used * 1000 / outcome.units()));
        }
    }
}
