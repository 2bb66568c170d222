package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.api.container.ContainerRegistration;
import io.slim.api.event.Reason;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.VirtualEndpoint;
import io.slim.router.KernelWatch.Told;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.ShimAgent.Answer;
import io.slim.router.lab.TestContainer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel is told of an endpoint behind which there are others, and until when. */
@Tag("root")
class VirtualEndpointSecureTest {

    private static final String SERVICE = "10.96.0.1:80";
    private static final String WEB = "10.32.0.2:80";
    private static final String SILENT_HOST = "127.0.77.8";

    @TempDir
    private Path directory;

    private final int controlPort = FreePort.find();
    private final FixedResolver resolver = new FixedResolver();
    private final List<AutoCloseable> opened = new ArrayList<>();

    private SecureHost here;
    private ContainerRegistration clients;
    private ShimAgent connecting;
    private ShimAgent listening;

    @BeforeEach
    void start() throws Exception {
        resolver.put("10.32.0.1", "127.0.77.6").put("10.32.0.2", "127.0.77.7");
        TestContainer client = keep(new TestContainer("10.32.0.1/32"));
        TestContainer server = keep(new TestContainer("10.32.0.2/32"));
        here = keep(host("127.0.77.6"));
        SecureHost there = keep(host("127.0.77.7"));
        clients = keep(here.register("client", client, "10.32.0.1"));
        ContainerRegistration servers = keep(there.register("server", server, "10.32.0.2"));
        connecting = keep(SecureHost.shim(client, clients));
        listening = keep(SecureHost.shim(server, servers));
    }

    private <T extends AutoCloseable> T keep(T one) {
        opened.add(0, one);
        return one;
    }

    private SecureHost host(String address) throws Exception {
        return new SecureHost(address, controlPort, directory, resolver, ConnectionPolicy.ALLOW, same -> same);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private static Endpoint endpoint(String address, int port) throws Exception {
        return new Endpoint(InetAddress.getByName(address), port);
    }

    private void behind(List<Endpoint> backends) throws Exception {
        resolver.putVirtual(endpoint("10.96.0.1", 80), new VirtualEndpoint(backends, false));
    }

    private Endpoint backend(int port) throws Exception {
        return endpoint("10.32.0.2", port);
    }

    private boolean isKnown(String destination) throws Exception {
        return here.destinations().stream()
                .anyMatch(known -> known.overlay().toString().equals(destination));
    }

    private Answer ask(String destination) throws Exception {
        return SecureRouterTest.connected(connecting, destination);
    }

    private Told lastTold() throws Exception {
        List<Told> all = here.watch().virtuals(endpoint("10.96.0.1", 80));
        return all.isEmpty() ? new Told(0, 0) : all.get(all.size() - 1);
    }

    @Test
    void aBackendThatWasRefusedIsLookedForAgain() throws Exception {
        Endpoint mixed = endpoint("10.96.0.2", 80);
        resolver.putVirtual(mixed, new VirtualEndpoint(List.of(backend(80), endpoint("10.32.0.9", 80)), false));
        behind(List.of(backend(80), backend(81)));
        SecureRouterTest.serve(listening, 80);
        ask(mixed.toString());
        ask(SERVICE);
        Eventually.get(this::lastTold, new Told(1, 1)::equals);
        SecureRouterTest.serve(listening, 81);
        Eventually.get(() -> isKnown(SERVICE), known -> !known);
        assertThat(isKnown(mixed.toString()))
                .as("nobody need be asked about a backend that is on no host with a router")
                .isTrue();
        Eventually.get(
                () -> {
                    ask(SERVICE);
                    return lastTold();
                },
                new Told(2, 0)::equals);
    }

    @Test
    void whatHasNoRoomIsForgotten() throws Exception {
        behind(List.of(backend(80)));
        here.watch().full("putVirtual");
        SecureRouterTest.serve(listening, 80);
        Eventually.get(
                () -> SecureRouterTest.connect(connecting, SERVICE).get("reason"),
                reason -> reason.equals("" + Reason.LIMIT.code()));
        int told = here.watch().calls("putVirtual");
        ask(WEB);
        assertThat(here.watch().calls("putVirtual"))
                .as("the way to its backend concerns it no more")
                .isEqualTo(told);
    }

    @Test
    void eachBackendIsLookedForOnce() throws Exception {
        resolver.put("10.32.0.9", SILENT_HOST);
        // Nearly always the first is chosen for the question, and never twice.
        List<Endpoint> backends = new ArrayList<>(Collections.nCopies(10_000, backend(80)));
        backends.add(endpoint("10.32.0.9", 80));
        try (ServerSocket silent = new ServerSocket(controlPort, 50, InetAddress.getByName(SILENT_HOST))) {
            assertThat(silent.isBound()).isTrue();
            SecureRouterTest.serve(listening, 80);
            ask(WEB);
            behind(backends);
            for (int i = 0; i < 3; i++) {
                ask(SERVICE);
            }
            assertThat(lastTold()).as("it is being looked for").isEqualTo(new Told(1, 0));
            Eventually.get(this::lastTold, new Told(1, 1)::equals);
            assertThat(here.destinations()).as("the loop has done with it").isNotEmpty();
            assertThat(here.watch().virtuals(endpoint("10.96.0.1", 80)).stream().filter(new Told(1, 1)::equals))
                    .as("answers to the search")
                    .hasSize(1);
        }
    }

    private long counted(String upstream) throws Exception {
        String line = "\nslim_upstream_connects_total{upstream=\"" + upstream + "\",path=\"host\"} ";
        String metrics = here.page("/metrics");
        int at = metrics.indexOf(line);
        return at < 0
                ? 0
                : Long.parseLong(metrics.substring(at + line.length())
                        .lines()
                        .findFirst()
                        .orElseThrow());
    }

    private void dial(String destination) throws Exception {
        connecting.call("dial socket=" + ask(destination).get("socket") + " to=" + destination);
    }

    @Test
    void connectionsAreCountedForGood() throws Exception {
        behind(List.of(backend(80)));
        SecureRouterTest.serve(listening, 80);
        dial(SERVICE);
        dial(SERVICE);
        assertThat(counted(SERVICE)).isEqualTo(2);

        behind(List.of());
        Eventually.get(() -> isKnown(SERVICE), known -> !known);
        assertThat(counted(SERVICE)).as("forgotten by the kernel").isEqualTo(2);

        behind(List.of(backend(80)));
        dial(SERVICE);
        dial(WEB);
        clients.close();
        assertThat(counted(SERVICE)).as("the container has left").isEqualTo(3);
        assertThat(counted(WEB)).as("likewise").isEqualTo(1);
    }

    @Test
    void onlyMetricsReadWhatTheKernelHasCounted() throws Exception {
        SecureRouterTest.serve(listening, 80);
        ask(WEB);
        int before = here.watch().calls("connects");
        assertThat(here.page("/status")).contains("200 OK");
        assertThat(here.watch().calls("connects")).isEqualTo(before);
        assertThat(here.page("/metrics")).contains("200 OK");
        assertThat(here.watch().calls("connects")).isGreaterThan(before);
    }
}
