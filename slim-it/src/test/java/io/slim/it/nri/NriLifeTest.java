package io.slim.it.nri;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.testbed.Eventually;
import io.slim.testbed.Host;
import io.slim.testbed.Traffic;
import io.slim.testbed.junit.RequiresHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** However plug-ins and runtimes end: connections live on, and a container has Slim or has not, and no half of it. */
@RequiresHost(
        programs = {"gcc", "runc", "iperf3", "kill"},
        built = {"target/containerd-1/usr/bin/containerd", "target/containerd-2/usr/bin/containerd"},
        slim = true)
class NriLifeTest {
    private static final Pattern STUB = Pattern.compile("s{1000,}");

    /** {@code -Dslim.nri.pods=200} for the whole. */
    private static final int PODS = Integer.getInteger("slim.nri.pods", 4);
    /** On a machine that is busy with other tests. */
    private static final long MOST_ADDED_MILLIS = Long.getLong("slim.nri.added-ms", 1_000);

    private static final long FLOWING = 10_000_000;

    @RegisterExtension
    static final NriLab lab = new NriLab();

    private static void awaitFlow(String when) {
        Host host = lab.first().host();
        OverlayWatch overlay = OverlayWatch.start(lab.bed());
        Traffic before = host.hostTraffic();
        Eventually.await(
                "the connection carries data " + when,
                Containerd.SOON,
                () -> host.hostTraffic().since(before).bytes() > FLOWING);
        assertThat(overlay.bytes()).as("through the overlay, " + when).isLessThan(FLOWING / 10);
    }

    private static String client(Pod server, String options) {
        return "i=0; until iperf3 -c " + server.ip() + " " + options + "; do i=$((i+1)); [ $i -lt 50 ] || exit 1; done";
    }

    @Test
    void connectionsOutlivePluginsAndRuntimes() throws IOException {
        Pod server = Pod.run(lab.second(), Pod.SLIM);
        server.start("server", "iperf3", "-s");
        server.start("other", "iperf3", "-s", "-p", "5202");
        Pod client = Pod.run(lab.first(), Pod.SLIM);
        String container = client.start("client", "sleep", "1000");
        lab.awaitHostPath("iperf3", () -> client.exec(container, "sh", "-c", client(server, "-n 1M")));
        // Tried once: a connection that is lost is not made again.
        client.start("traffic", "iperf3", "-c", server.ip(), "-t", "300");
        awaitFlow("at first");
        lab.firstPlugin().kill();
        lab.secondPlugin().kill();
        awaitFlow("without plug-ins");
        lab.firstPlugin().launch();
        lab.secondPlugin().launch();
        lab.firstPlugin().awaitSynchronized();
        lab.secondPlugin().awaitSynchronized();
        awaitFlow("with new plug-ins");
        lab.first().kill();
        lab.second().kill();
        awaitFlow("without runtimes");
        lab.first().start();
        lab.second().start();
        lab.firstPlugin().awaitSynchronized(2);
        lab.secondPlugin().awaitSynchronized(2);
        awaitFlow("with new runtimes");
        lab.firstPlugin().awaitRegistered("as before", client.shortId());
        lab.secondPlugin().awaitRegistered("as before", server.shortId());
        String fresh = client.start("fresh", "sleep", "1000");
        assertThat(client.hasSlim(fresh)).isTrue();
        for (String one : List.of(container, fresh)) {
            String said = client.exec(one, "sh", "-c", client(server, "-p 5202 -n 4M"));
            assertThat(said).contains("connected to " + server.ip() + " port 5202");
        }
        awaitFlow("to the end");
    }

    @Test
    void whoIsNotAnsweredInTimeIsWithoutSlim() {
        Pod pod = Pod.run(lab.second(), Pod.SLIM);
        signal("STOP");
        String container;
        try {
            container = pod.create("unlucky", "sleep", "1000");
        } finally {
            signal("CONT");
        }
        assertThat(pod.hasSlim(container)).isFalse();
        pod.startCreated(container);
        lab.secondPlugin().awaitRegistered("the pod", pod.shortId());
        Eventually.await("the plug-in is back", Containerd.SOON, () -> {
            String next = pod.create("lucky" + System.nanoTime(), "sleep", "1000");
            return pod.hasSlim(next);
        });
    }

    private static void signal(String name) {
        lab.second()
                .host()
                .exec("kill", "-" + name, Long.toString(lab.secondPlugin().pid()))
                .orThrow();
    }

    /** Slim's has added its part each time. */
    @Test
    void anotherPluginsAdjustmentIsThereAsAWholeOrNotAtAll() throws Exception {
        for (Containerd runtime : List.of(lab.first(), lab.second())) {
            Pod pod = Pod.run(runtime, Pod.SLIM);
            try (StubPlugin large = StubPlugin.register(runtime.nriSocket(), 300_000)) {
                assertThat(stubIn(pod, "large")).isEqualTo(300_000);
            }
            try (StubPlugin tooLarge = StubPlugin.register(runtime.nriSocket(), 5_000_000)) {
                assertThat(stubIn(pod, "too-large")).isZero();
            }
            try (StubPlugin dying =
                    StubPlugin.register(runtime.nriSocket(), 300_000).dying()) {
                assertThat(stubIn(pod, "dying")).isZero();
            }
        }
    }

    /** The length of what the stub has added. */
    private static int stubIn(Pod pod, String name) {
        String container = pod.create(name, "sleep", "1");
        assertThat(pod.hasSlim(container)).isTrue();
        String configuration = pod.configuration(container);
        Matcher ofStub = STUB.matcher(configuration);
        return ofStub.find() ? ofStub.end() - ofStub.start() : 0;
    }

    /** From the runtime's own directory of plug-ins, with nothing in its environment. */
    @Test
    void theRuntimeLaunchesIt() throws IOException {
        lab.secondPlugin().close();
        lab.second().kill();
        lab.secondPlugin().install();
        lab.second().start();
        Pod pod = Pod.run(lab.second(), Pod.SLIM);
        assertThat(pod.hasSlim(pod.start("one", "sleep", "1000"))).isTrue();
        lab.secondPlugin().awaitRegistered("the pod", pod.shortId());
        pod.remove();
        lab.secondPlugin().awaitRegistered("none");
        lab.second().kill();
        lab.secondPlugin().uninstall();
        lab.second().start();
        lab.secondPlugin().start();
    }

    @Test
    void podsComeAndGoAndLeaveNothing() throws IOException {
        List<Long> added = new ArrayList<>();
        // The first ones of each kind are slower than all others.
        startAndRemove(Pod.SLIM);
        startAndRemove(Map.of());
        long before = descriptors();
        for (int i = 0; i < PODS; i++) {
            // In turn first.
            long with = i % 2 == 0 ? startAndRemove(Pod.SLIM) : 0;
            long without = startAndRemove(Map.of());
            added.add((with == 0 ? startAndRemove(Pod.SLIM) : with) - without);
        }
        Collections.sort(added);
        long median = added.get(added.size() / 2) / 1_000;
        System.err.println("added to the start of a pod, of " + PODS + " pairs: median " + median + " us, all (us): "
                + added.stream().map(nanos -> nanos / 1_000).toList());
        assertThat(median).isLessThan(MOST_ADDED_MILLIS * 1_000);
        lab.secondPlugin().awaitRegistered("none");
        assertThat(lab.secondPlugin().leftovers()).isEmpty();
        assertThat(descriptors()).as("descriptors of the plug-in").isLessThanOrEqualTo(before + 8);
    }

    /** How long a pod with one container takes to start, in nanoseconds. */
    private static long startAndRemove(Map<String, String> annotations) {
        long start = System.nanoTime();
        Pod pod = Pod.run(lab.second(), annotations);
        pod.start("one", "sleep", "1000");
        long took = System.nanoTime() - start;
        pod.remove();
        return took;
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> files =
                Files.list(Path.of("/proc/" + lab.secondPlugin().pid() + "/fd"))) {
            return files.count();
        }
    }
}
