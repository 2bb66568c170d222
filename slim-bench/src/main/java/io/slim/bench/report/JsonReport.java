package io.slim.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slim.bench.measure.Figure;
import io.slim.bench.measure.Result;
import io.slim.bench.measure.Series;
import io.slim.bench.measure.Way;

/** All values of all rounds, and what the other reports make of them. */
public final class JsonReport {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private JsonReport() {}

    public static String of(Evaluation evaluation) {
        ObjectNode root = JSON.createObjectNode();
        root.put("command", evaluation.command());
        root.put("machine", evaluation.machine());
        root.put("rounds", evaluation.rounds());
        ArrayNode workloads = root.putArray("workloads");
        evaluation.results().forEach(result -> add(result, workloads.addObject()));
        ArrayNode notes = root.putArray("notes");
        evaluation.notes().forEach(notes::add);
        try {
            return JSON.writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of numbers and text is JSON", e);
        }
    }

    private static void add(Result result, ObjectNode workload) {
        workload.put("name", result.name());
        ArrayNode noisy = workload.putArray("noisy_rounds");
        result.noisyRounds().forEach(noisy::add);
        ObjectNode figures = workload.putObject("figures");
        for (Figure figure : result.figures()) {
            ObjectNode ways = figures.putObject(figure.key());
            ways.put("title", figure.title());
            for (Way way : Way.values()) {
                result.series(figure, way).ifPresent(series -> add(series, result, figure, way, ways));
            }
        }
    }

    private static void add(Series series, Result result, Figure figure, Way way, ObjectNode ways) {
        ObjectNode node = ways.putObject(way.key());
        node.put("median", series.median());
        node.put("spread", series.spread());
        result.ratio(figure, way, Way.HOST).ifPresent(ratio -> node.put("to_host", ratio.median()));
        result.ratio(figure, way, Way.VXLAN).ifPresent(ratio -> node.put("to_vxlan", ratio.median()));
        ArrayNode values = node.putArray("values");
        series.values().forEach(values::add);
    }
}
