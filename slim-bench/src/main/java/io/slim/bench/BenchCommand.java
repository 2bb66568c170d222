package io.slim.bench;

import io.slim.bench.report.Evaluation;
import io.slim.bench.report.HtmlReport;
import io.slim.bench.report.JsonReport;
import io.slim.bench.report.TextReport;
import io.slim.bench.workload.Scale;
import io.slim.bench.workload.Workload;
import io.slim.bench.workload.Workloads;
import io.slim.testbed.TestBedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the evaluation. */
@Command(
        name = "bench",
        description = "Measures host, VXLAN, Slim secure and Slim non-secure in one run, between hosts made here.",
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
    private static final int ROUNDS = 7;
    private static final int QUICK_ROUNDS = 5;
    private static final List<String> QUICK = List.of("stream-1", "rr-1", "connect", "accept", "nginx-short");

    private final BooleanSupplier interrupted;

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "Five workloads in about two minutes.")
    private boolean quick;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Only this workload, or those whose names begin with it. May be repeated.")
    private List<String> only = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often all is measured, 1 ... 100 (default: 7, quick: 5).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Length of one measurement, 1 ... 60 (default: 2, quick: 1).")
    private int seconds;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write all values to FILE.")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write a report with plots to FILE.")
    private Path html;

    @Option(names = "--list", description = "List the workloads and the programs that they need.")
    private boolean list;

    /**
     * @param interrupted whether the process is being ended: what was measured then is not whole
     */
    BenchCommand(BooleanSupplier interrupted) {
        this.interrupted = interrupted;
    }

    @Override
    public Integer call() {
        List<Workload> chosen = chosen();
        if (list) {
            chosen.forEach(workload -> spec.commandLine()
                    .getOut()
                    .printf("%-18s %s%n", workload.name(), String.join(" ", workload.programs())));
            return 0;
        }
        Scale scale = scale();
        int howOften = rounds > 0 ? rounds : quick ? QUICK_ROUNDS : ROUNDS;
        Progress progress = new Progress(
                System.err, Boolean.getBoolean("slim.terminal"), Bench.expectedSeconds(chosen, howOften, scale));
        Evaluation evaluation;
        try {
            evaluation = new Bench(chosen, howOften, scale, progress).run(commandLine());
        } finally {
            progress.clear();
        }
        if (interrupted.getAsBoolean()) {
            return CommandLine.ExitCode.SOFTWARE;
        }
        TextReport.print(evaluation, spec.commandLine().getOut());
        write(json, JsonReport.of(evaluation));
        write(html, HtmlReport.of(evaluation));
        return evaluation.results().size() == chosen.size() ? 0 : 1;
    }

    private List<Workload> chosen() {
        List<Workload> chosen = new ArrayList<>();
        for (Workload workload : Workloads.all()) {
            boolean named = only.stream().anyMatch(name -> isMeant(name, workload.name()));
            boolean meant = only.isEmpty() ? !quick || QUICK.contains(workload.name()) : named;
            if (meant) {
                chosen.add(workload);
            }
        }
        if (chosen.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--only: " + only + " (expected: "
                            + String.join(
                                    ", ",
                                    Workloads.all().stream().map(Workload::name).toList()) + ")");
        }
        return chosen;
    }

    /** A name of its own means itself alone, not those that begin with it. */
    private static boolean isMeant(String name, String workload) {
        boolean exact = Workloads.all().stream().anyMatch(one -> one.name().equals(name));
        return exact ? workload.equals(name) : workload.startsWith(name);
    }

    private Scale scale() {
        if (rounds < 0 || rounds > 100 || seconds < 0 || seconds > 60) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--rounds: " + rounds + " (expected: 1 ... 100), --seconds: " + seconds + " (expected: 1 ... 60)");
        }
        Scale scale = quick ? Scale.QUICK : Scale.WHOLE;
        return seconds > 0 ? new Scale(seconds, scale.count()) : scale;
    }

    private String commandLine() {
        List<String> arguments = spec.commandLine().getParseResult().originalArgs();
        return ("./slim bench " + String.join(" ", arguments)).strip();
    }

    private static void write(Path file, String content) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new TestBedException(file + " cannot be written", e);
        }
    }
}
