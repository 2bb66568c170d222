package io.slim.bench.report;

import io.slim.bench.measure.Result;
import java.util.List;

/**
 * What a run has found.
 *
 * @param command by which it can be repeated
 * @param rounds how often all ways were measured
 * @param notes what a reader must know: noisy rounds, workloads that failed
 */
public record Evaluation(String command, String machine, int rounds, List<Result> results, List<String> notes) {
    public Evaluation {
        results = List.copyOf(results);
        notes = List.copyOf(notes);
    }
}
