package io.slim.router.flow;

import io.slim.api.RouterConfig;
import io.slim.router.confine.Confinement;
import io.slim.router.confine.Flow;
import io.slim.router.observe.Counter;
import io.slim.router.observe.Counters;
import io.slim.router.observe.RareLog;
import io.slim.router.secure.SecureMode;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for each connection past the overlay that has ended, if that is configured, in secure mode. The kernel's programs put them into a ring;
 * a thread of its own looks there ten times a second, so that the event loop has no part in it. What finds no room in the ring, or cannot be written, is lost
 * and counted.
 */
public final class FlowLog {

    private static final Logger LOG = LoggerFactory.getLogger(FlowLog.class);
    private static final long PERIOD_MILLIS = 100;
    private static final long LONGEST_FILE = 256L << 20;
    private static final long LAST_MILLIS = 1000;

    private final RouterConfig config;
    private final SecureMode secure;
    private final Counters counters;
    private final RareLog rareLog = new RareLog(LOG);
    private final CountDownLatch ending = new CountDownLatch(1);
    private @Nullable Thread writer;
    private long lost;

    @Inject
    FlowLog(RouterConfig config, SecureMode secure, Counters counters) {
        this.config = config;
        this.secure = secure;
        this.counters = counters;
    }

    /** Begins, if it is configured. */
    public void start() {
        Path path = config.flowLog().orElse(null);
        if (path == null) {
            return;
        }
        if (!secure.isOn()) {
            LOG.warn("flow-log: {}: nothing is written, there is a flow log in secure mode alone", path);
            return;
        }
        Confinement kernel = secure.confinement();
        Thread thread = new Thread(() -> write(kernel, new FlowFile(path, LONGEST_FILE)), "slim-flow-log");
        thread.setDaemon(true);
        thread.start();
        writer = thread;
    }

    private void write(Confinement kernel, FlowFile file) {
        try (file) {
            while (!ending.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                pass(kernel, file);
            }
            pass(kernel, file);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("{}: {}", config.flowLog(), e.toString());
        }
    }

    private void pass(Confinement kernel, FlowFile file) {
        List<Flow> ended = kernel.endedFlows();
        try {
            if (!ended.isEmpty()) {
                file.look();
                long now = System.nanoTime();
                Instant time = Instant.now();
                file.write(ended.stream().map(flow -> line(flow, time, now)).toList());
                counters.add(Counter.FLOWS_LOGGED, ended.size());
            }
        } catch (IOException e) {
            counters.add(Counter.FLOWS_LOST, ended.size());
            rareLog.warn("file", "{} connections are missing in the flow log: {}", ended.size(), e.toString());
        }
        long all = kernel.lostFlows();
        if (all > lost) {
            counters.add(Counter.FLOWS_LOST, all - lost);
            rareLog.warn("ring", "{} connections are missing in the flow log: the kernel had no room", all - lost);
        }
        lost = all;
    }

    /** All values are safe in JSON: names of containers are checked when they are registered. */
    private String line(Flow flow, Instant time, long now) {
        Instant ended = time.minusNanos(now - flow.untilNanos());
        long micros = Math.max(0, flow.untilNanos() - flow.sinceNanos()) / 1000;
        return "{\"time\":\"" + ended + "\",\"container\":\"" + secure.id(flow.container()) + "\",\"side\":\""
                + (flow.accepted() ? "server" : "client") + "\",\"local\":\"" + flow.local() + "\",\"remote\":\""
                + flow.remote() + "\",\"sent\":" + flow.sent() + ",\"received\":" + flow.received()
                + ",\"duration_us\":" + micros + ",\"retransmits\":" + flow.retransmits() + ",\"rtt_us\":"
                + flow.rttMicros() + "}";
    }

    /** Writes what there is and ends. To be called before the kernel's side is closed. */
    public void close() {
        Thread thread = writer;
        if (thread == null) {
            return;
        }
        // No interrupt: that would close the file under what is being written.
        ending.countDown();
        try {
            thread.join(LAST_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
