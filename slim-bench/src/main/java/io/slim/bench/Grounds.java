package io.slim.bench;

import io.slim.bench.measure.Way;
import io.slim.bench.workload.Ground;
import io.slim.bench.workload.Routers;
import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Host;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.TestBed;
import io.slim.testbed.TestBedException;
import io.slim.testbed.Traffic;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * All ways at once: a test-bed with routers in secure mode, in which host and overlay are measured too, and one with routers in non-secure mode. Goes with
 * the process, also if that is interrupted.
 */
final class Grounds implements AutoCloseable {
    private static final int PORTS_PER_WAY = 100;
    private static final int FIRST_PORT = 5200;
    private static final int TRIAL_CONNECTIONS = 50;
    private static final Duration TAKE_OVER_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    /** A busy machine must not turn a measurement of Slim into one of the overlay. */
    private static final String[] PATIENCE = {"--connect-deadline-ms", "4000"};

    private final TestBed secure;
    private final TestBed nonSecure;
    private final Map<Way, Ground> grounds = new EnumMap<>(Way.class);
    private final Map<TestBed, Routers> routers = new HashMap<>();

    private Grounds(TestBed secure, TestBed nonSecure) {
        this.secure = secure;
        this.nonSecure = nonSecure;
    }

    static Grounds make(Progress progress) {
        long pid = ProcessHandle.current().pid();
        progress.show("making two hosts with a container each, twice");
        TestBed secure = TestBed.builder().name("bench-s" + pid).build();
        TestBed nonSecure;
        try {
            nonSecure = TestBed.builder().name("bench-n" + pid).build();
        } catch (RuntimeException e) {
            secure.close();
            throw e;
        }
        Grounds made = new Grounds(secure, nonSecure);
        try {
            progress.show("starting four routers");
            made.startRouters(secure, "secure");
            made.startRouters(nonSecure, "non-secure");
            for (Way way : Way.values()) {
                made.grounds.put(way, made.ground(way));
            }
            progress.show("waiting until connections take the host path");
            made.awaitHostPath(Way.SECURE);
            made.awaitHostPath(Way.NON_SECURE);
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
        return made;
    }

    private void startRouters(TestBed bed, String mode) {
        Map<Host, Router> started = new HashMap<>();
        for (Host host : bed.hosts()) {
            started.put(host, host.startRouter(Router.MODE, mode, PATIENCE[0], PATIENCE[1]));
        }
        routers.put(bed, new Surroundings(bed, started));
    }

    Ground on(Way way) {
        return grounds.get(way);
    }

    private TestBed bedOf(Way way) {
        return way == Way.NON_SECURE ? nonSecure : secure;
    }

    private Ground ground(Way way) {
        TestBed bed = bedOf(way);
        int firstPort = FIRST_PORT + grounds.size() * PORTS_PER_WAY;
        if (way == Way.HOST) {
            return ground(
                    way, bed.host(1).shell(), bed.host(2).shell(), bed.host(2).address(), firstPort);
        }
        Container client = bed.container(1);
        Container server = bed.container(2);
        boolean slim = way != Way.VXLAN;
        return ground(
                way,
                slim ? client.slim() : client.shell(),
                slim ? server.slim() : server.shell(),
                server.address(),
                firstPort);
    }

    private Ground ground(Way way, Shell client, Shell server, String address, int firstPort) {
        TestBed bed = bedOf(way);
        boolean slim = way == Way.SECURE || way == Way.NON_SECURE;
        return new Ground(
                way,
                client,
                server,
                address,
                bed.probe(),
                bed.directory(),
                slim ? routers.getOrDefault(bed, Routers.NONE) : Routers.NONE,
                firstPort);
    }

    /** What the tunnel of the overlay has carried on a way, both directions. */
    Traffic overlay(Way way) {
        return bedOf(way).host(1).overlayTraffic();
    }

    /** The first connections may come before the routers know of each other; they take the overlay, as they should. */
    private void awaitHostPath(Way way) {
        Ground ground = on(way);
        int port = ground.port(PORTS_PER_WAY - 1);
        String probe = ground.probe().toString();
        try (Running server = ground.serve(port, probe, "serve", Integer.toString(port))) {
            server.waitForListener(port, START_TIMEOUT);
            boolean bypassed = Eventually.holdsWithin(TAKE_OVER_TIMEOUT, () -> {
                Traffic before = overlay(way);
                ground.run(
                        probe,
                        "connect",
                        ground.address(),
                        Integer.toString(port),
                        Integer.toString(TRIAL_CONNECTIONS));
                return overlay(way).since(before).packets() < TRIAL_CONNECTIONS;
            });
            if (!bypassed) {
                throw new TestBedException("with " + way.title() + " connections still use the overlay after "
                        + TAKE_OVER_TIMEOUT.toSeconds() + " s (see router.log in "
                        + bedOf(way).directory() + ")");
            }
        }
    }

    @Override
    public void close() {
        secure.close();
        nonSecure.close();
    }
}
