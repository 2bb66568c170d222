package io.slim.testbed.demo;

import io.slim.testbed.Eventually;
import io.slim.testbed.Router;
import io.slim.testbed.TestBed;
import io.slim.testbed.TestBedException;
import io.slim.testbed.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The measurement itself, on a test-bed with two hosts. */
final class Demo {
    private static final int WARM_UP_CONNECTIONS = 1000;
    private static final int TRIAL_CONNECTIONS = 50;
    private static final Duration TAKE_OVER_TIMEOUT = Duration.ofSeconds(5);
    private static final int LOG_LINES = 20;

    private final TestBed bed;
    private final Progress progress;
    private final int rounds;
    private final int seconds;
    private final Map<Way, Stage> stages = new EnumMap<>(Way.class);
    private final String mode;
    private final List<String> options;

    Demo(TestBed bed, Progress progress, String mode, int rounds, int seconds, List<String> resolver) {
        List<String> all = new ArrayList<>(resolver);
        all.addAll(List.of(Router.MODE, mode));
        this.options = List.copyOf(all);
        this.mode = mode;
        this.bed = bed;
        this.progress = progress;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    Report run() {
        progress.show("starting two routers");
        List<Router> routers = bed.hosts().stream()
                .map(host -> host.startRouter(options.toArray(String[]::new)))
                .toList();
        progress.show("starting the servers, warming up");
        for (Way way : Way.values()) {
            Stage stage = Stage.on(bed, way);
            stage.startServers();
            stages.put(way, stage);
        }
        awaitTakeOver(routers);
        stages.values().forEach(stage -> stage.connect(WARM_UP_CONNECTIONS));
        return measure();
    }

    private Report measure() {
        Map<Way, List<Sample>> samples = new EnumMap<>(Way.class);
        long overlayBytes = 0;
        for (int round = 0; round < rounds; round++) {
            // Each way is first, second and last in turn: what changes on the machine meets all of them alike.
            List<Way> order = new ArrayList<>(List.of(Way.values()));
            Collections.rotate(order, round);
            for (Way way : order) {
                progress.show("round " + (round + 1) + " of " + rounds + ": "
                        + way.name().toLowerCase(Locale.ROOT));
                Traffic before = bed.host(1).overlayTraffic();
                samples.computeIfAbsent(way, w -> new ArrayList<>())
                        .add(stages.get(way).measure(seconds));
                overlayBytes += way == Way.SLIM
                        ? bed.host(1).overlayTraffic().since(before).bytes()
                        : 0;
            }
        }
        Map<Way, Sample> medians = new EnumMap<>(Way.class);
        samples.forEach((way, measured) -> medians.put(way, Sample.median(measured)));
        return new Report(mode, medians, rounds, overlayBytes);
    }

    /** The first connections may come before the routers know of the listeners; they take the overlay, as they should. */
    private void awaitTakeOver(List<Router> routers) {
        if (!Eventually.holdsWithin(TAKE_OVER_TIMEOUT, this::overlayIsBypassed)) {
            StringBuilder text = new StringBuilder("connections with Slim still use the overlay after "
                    + TAKE_OVER_TIMEOUT.toSeconds() + " s; the routers say:");
            routers.forEach(router ->
                    text.append("\n").append(router.logFile()).append(":\n").append(tail(router.log())));
            throw new TestBedException(text.toString());
        }
    }

    /** A connection over the overlay takes several packets. */
    private boolean overlayIsBypassed() {
        Traffic before = bed.host(1).overlayTraffic();
        stages.get(Way.SLIM).connect(TRIAL_CONNECTIONS);
        return bed.host(1).overlayTraffic().since(before).packets() < TRIAL_CONNECTIONS;
    }

    private static String tail(String log) {
        List<String> lines = log.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }
}
