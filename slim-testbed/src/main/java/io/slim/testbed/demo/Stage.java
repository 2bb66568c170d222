package io.slim.testbed.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slim.testbed.Machine;
import io.slim.testbed.Running;
import io.slim.testbed.Shell;
import io.slim.testbed.TestBed;
import io.slim.testbed.TestBedException;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * One way, ready to be measured: its servers run on one side, {@link #measure} runs the clients on the other.
 *
 * <p>The programs are tied to processors, on each way the same ones. Throughput and connect have a processor for each end, as two machines would. The
 * round trip has both ends on one: else it would mostly measure how long an idle processor takes to wake up, which on a virtual machine is several
 * times the trip itself and changes from second to second.
 */
final class Stage {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START_TIMEOUT = Duration.ofSeconds(5);
    private static final int RTT_SECONDS = 1;
    private static final int CONNECTIONS = 2000;

    private final Shell client;
    private final Shell server;
    private final String address;
    private final String probe;
    private final int iperfPort;
    private final int connectPort;
    private final int rttPort;
    private final int here;
    private final int there;

    private Stage(Shell client, Shell server, String address, String probe, int firstPort) {
        this.client = client;
        this.server = server;
        this.address = address;
        this.probe = probe;
        this.iperfPort = firstPort;
        this.connectPort = firstPort + 1;
        this.rttPort = firstPort + 2;
        this.here = Machine.here();
        this.there = Machine.there();
    }

    /** The overlay and Slim have the same containers, and servers at different ports: with Slim only what runs with the shim. */
    static Stage on(TestBed bed, Way way) {
        String probe = bed.probe().toString();
        return switch (way) {
            case HOST ->
                new Stage(bed.host(1).shell(), bed.host(2).shell(), bed.host(2).address(), probe, 5201);
            case OVERLAY ->
                new Stage(
                        bed.container(1).shell(),
                        bed.container(2).shell(),
                        bed.container(2).address(),
                        probe,
                        5201);
            case SLIM ->
                new Stage(
                        bed.container(1).slim(),
                        bed.container(2).slim(),
                        bed.container(2).address(),
                        probe,
                        5301);
        };
    }

    void startServers() {
        Running iperf = start(server, there, "iperf3", "-s", "-p", text(iperfPort));
        Running connect = start(server, there, probe, "serve", text(connectPort));
        Running rtt = start(server, here, probe, "serve", text(rttPort));
        iperf.waitForListener(iperfPort, START_TIMEOUT);
        connect.waitForListener(connectPort, START_TIMEOUT);
        rtt.waitForListener(rttPort, START_TIMEOUT);
    }

    Sample measure(int seconds) {
        double busyBefore = Machine.busySeconds();
        JsonNode stream = run("iperf3", "-J", "-c", address, "-p", text(iperfPort), "-t", text(seconds))
                .path("end");
        double busy = Machine.busySeconds() - busyBefore;
        JsonNode rtt = run(probe, "rr", address, text(rttPort), text(RTT_SECONDS));
        JsonNode connect = connect(CONNECTIONS);
        return new Sample(
                number(stream, "sum_received", "bits_per_second") / 1e9,
                number(rtt, "p50_us"),
                number(rtt, "p99_us"),
                number(connect, "p50_us"),
                number(connect, "p99_us"),
                busy / (number(stream, "sum_received", "bytes") / 1e9));
    }

    /** Connects that often, one connection after the other. */
    JsonNode connect(int count) {
        return run(probe, "connect", address, text(connectPort), text(count));
    }

    private JsonNode run(String... command) {
        String[] pinned = pinned(here, command);
        String output = client.exec(pinned).orThrow().stdout();
        try {
            return JSON.readTree(output);
        } catch (JsonProcessingException e) {
            throw new TestBedException("\"" + String.join(" ", command) + "\" did not answer with JSON: " + output, e);
        }
    }

    private static Running start(Shell shell, int processor, String... command) {
        return shell.start(pinned(processor, command));
    }

    private static String[] pinned(int processor, String... command) {
        return Stream.concat(Stream.of("taskset", "-c", text(processor)), Stream.of(command))
                .toArray(String[]::new);
    }

    private static double number(JsonNode object, String... path) {
        JsonNode value = object;
        for (String name : path) {
            value = value.path(name);
        }
        if (!value.isNumber()) {
            throw new TestBedException(String.join(".", path) + ": not in the answer of the program: " + object);
        }
        return value.doubleValue();
    }

    private static String text(int number) {
        return Integer.toString(number);
    }
}
