package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slim.api.Endpoint;
import io.slim.api.RouterConfigBuilder;
import io.slim.api.RouterLimits;
import io.slim.api.Subscription;
import io.slim.api.container.ContainerException;
import io.slim.api.container.ContainerRegistration;
import io.slim.api.container.ContainerSpec;
import io.slim.api.event.Reason;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.policy.ConnectionRequest;
import io.slim.api.policy.PolicyVerdict;
import io.slim.api.resolver.VirtualEndpoint;
import io.slim.router.announce.Admission;
import io.slim.router.confine.Confinement.KnownDestination;
import io.slim.router.confine.Grant;
import io.slim.router.connect.Connects;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.FixedResolver;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.ShimAgent;
import io.slim.router.lab.ShimAgent.Answer;
import io.slim.router.lab.TestContainer;
import io.slim.router.listen.ListenService;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Counter;
import io.slim.router.protocol.ShimAnswer.ConnectAnswer;
import io.slim.router.protocol.ShimAnswer.ListenAnswer;
import io.slim.router.protocol.ShimRequest.Connect;
import io.slim.router.protocol.ShimRequest.Listen;
import io.slim.router.sys.Descriptors;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two routers in secure mode, each with a container, and what their kernels know at each moment. */
@Tag("root")
class SecureRouterTest {

    private static final String WEB = "10.32.0.2:80";

    @TempDir
    private Path directory;

    private final int controlPort = FreePort.find();
    private final FixedResolver resolver = new FixedResolver();
    private final Gate gate = new Gate();

    private SecureHost here;
    private SecureHost there;
    private TestContainer client;
    private TestContainer server;
    private ContainerRegistration clients;
    private ContainerRegistration servers;

    /** A policy that a test opens and shuts. */
    private static final class Gate implements ConnectionPolicy {
        private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
        private volatile boolean shut;

        @Override
        public PolicyVerdict decide(ConnectionRequest request) {
            return shut ? PolicyVerdict.overlay("the gate is shut") : PolicyVerdict.ALLOW;
        }

        @Override
        public Subscription onChange(Runnable listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        void shut(boolean value) {
            shut = value;
            listeners.forEach(Runnable::run);
        }
    }

    @BeforeEach
    void start() throws Exception {
        resolver.put("10.32.0.1", "127.0.77.1").put("10.32.0.2", "127.0.77.2");
        client = new TestContainer("10.32.0.1/32");
        server = new TestContainer("10.32.0.2/32");
        open(same -> same);
    }

    private void open(UnaryOperator<RouterConfigBuilder> settings) throws Exception {
        here = new SecureHost("127.0.77.1", controlPort, directory, resolver, ConnectionPolicy.ALLOW, settings);
        there = new SecureHost("127.0.77.2", controlPort, directory, resolver, gate, settings);
        clients = here.register("client", client, "10.32.0.1");
        servers = there.register("server", server, "10.32.0.2");
    }

    @AfterEach
    void end() throws Exception {
        shutDown();
        client.close();
        server.close();
    }

    private void shutDown() {
        clients.close();
        servers.close();
        here.close();
        there.close();
    }

    static Answer serve(ShimAgent listening, int port) throws Exception {
        String cookie = listening.call("original port=" + port).get("cookie");
        Answer shadow = listening.call("listen endpoint=0.0.0.0:" + port + " cookie=" + cookie);
        assertThat(shadow.get("verdict")).isEqualTo("1");
        assertThat(shadow.get("confined")).isEqualTo("1");
        assertThat(shadow.get("shadow")).endsWith(":" + shadow.get("leaseport"));
        listening.call("start socket=" + shadow.get("socket"));
        listening.call("signal kind=1 lease=" + shadow.get("lease"));
        return shadow;
    }

    static Answer connect(ShimAgent connecting, String destination) throws Exception {
        return connecting.call("connect flags=1 destination=" + destination);
    }

    /** The first questions may come before the peer is known, or before it knows its listener. */
    static Answer connected(ShimAgent connecting, String destination) throws Exception {
        return Eventually.get(() -> connect(connecting, destination), answer -> answer.get("verdict")
                .equals("1"));
    }

    private List<KnownDestination> ways() throws Exception {
        // Not those of trials.
        return here.destinations().stream()
                .filter(known ->
                        !known.useOverlay() && known.overlay().address().getAddress()[0] == 10)
                .toList();
    }

    @Test
    void whatOneKernelGrantsTheOtherUses() throws Exception {
        try (ShimAgent connecting = SecureHost.shim(client, clients);
                ShimAgent listening = SecureHost.shim(server, servers)) {
            Answer shadow = serve(listening, 80);
            Answer answer = connected(connecting, WEB);
            assertThat(answer.get("connect")).isEqualTo("none");
            assertThat(answer.get("self")).isEqualTo("none");

            KnownDestination way = ways().get(0);
            Grant grant = there.grants().get(0);
            assertThat(way.overlay()).hasToString(WEB);
            assertThat(way.grantId()).isEqualTo(grant.id());
            assertThat(way.target().key()).isEqualTo(grant.key());
            assertThat(way.target().host()).isEqualTo(InetAddress.getByName("127.0.77.2"));
            assertThat(way.target().port()).isEqualTo(Integer.parseInt(shadow.get("leaseport")));
            assertThat(way.target().self()).isEqualTo(InetAddress.getByName("10.32.0.1"));
            assertThat(grant.clientHost()).isEqualTo(InetAddress.getByName("127.0.77.1"));
            assertThat(grant.client()).isEqualTo(InetAddress.getByName("10.32.0.1"));
            assertThat(grant.destination()).hasToString(WEB);

            assertThat(connecting
                            .call("dial socket=" + answer.get("socket") + " to=" + WEB)
                            .get("local"))
                    .startsWith("10.32.0.1:");
            assertThat(connect(connecting, WEB).get("fds")).isEqualTo("1");
            assertThat(connecting.call("connect destination=" + WEB).get("fds"))
                    .as("without a socket if the shim has one")
                    .isEqualTo("0");
            assertThat(there.grants()).as("nobody asks twice").hasSize(1);
            assertThat(there.count(Counter.GRANTS)).isEqualTo(1);
        }
    }

    @Test
    void behindAVirtualEndpointThereAreOthers() throws Exception {
        Endpoint service = new Endpoint(InetAddress.getByName("10.96.0.1"), 80);
        Endpoint[] backends = new Endpoint[3];
        for (int i = 0; i < backends.length; i++) {
            backends[i] = new Endpoint(InetAddress.getByName("10.32.0.2"), 80 + i);
        }
        resolver.putVirtual(service, new VirtualEndpoint(List.of(backends[0], backends[1]), false));
        try (ShimAgent connecting = SecureHost.shim(client, clients);
                ShimAgent listening = SecureHost.shim(server, servers)) {
            serve(listening, 80);
            serve(listening, 81);
            Answer answer = connected(connecting, service.toString());
            Eventually.get(there::grants, grants -> grants.size() == 2);
            assertThat(ways()).extracting(KnownDestination::overlay).contains(service);
            assertThat(connecting
                            .call("dial socket=" + answer.get("socket") + " to=" + service)
                            .get("local"))
                    .startsWith("10.32.0.1:");
            resolver.putVirtual(service, new VirtualEndpoint(List.of(backends[2]), false));
            Eventually.get(this::ways, all -> all.stream()
                    .noneMatch(way -> way.overlay().equals(service)));
            assertThat(connect(connecting, service.toString()).get("reason")).isEqualTo("" + Reason.NO_LISTENER.code());
        }
    }

    @Test
    void refusalsAreTheKernelsUntilTheyAreOutdated() throws Exception {
        try (ShimAgent connecting = SecureHost.shim(client, clients);
                ShimAgent listening = SecureHost.shim(server, servers)) {
            Eventually.get(
                    () -> connect(connecting, WEB).get("reason"),
                    reason -> reason.equals("" + Reason.NO_LISTENER.code()));
            assertThat(here.destinations())
                    .anySatisfy(known -> assertThat(known.useOverlay()).isTrue());
            serve(listening, 80);
            Eventually.get(here::destinations, all -> all.stream().noneMatch(KnownDestination::useOverlay));
            assertThat(connected(connecting, WEB).get("fds")).isEqualTo("1");
        }
    }

    @Test
    void aWithdrawnListenerIsForgottenByClientsFirst() throws Exception {
        try (ShimAgent connecting = SecureHost.shim(client, clients);
                ShimAgent listening = SecureHost.shim(server, servers)) {
            Answer shadow = serve(listening, 80);
            connected(connecting, WEB);
            listening.call("signal kind=2 lease=" + shadow.get("lease"));
            Eventually.get(this::ways, List::isEmpty);
            assertThat(there.grants()).as("who is on the way still gets in").hasSize(1);
            Eventually.get(there::grants, List::isEmpty);
        }
    }

    @Test
    void aPolicyIsInForceAtOnce() throws Exception {
        try (ShimAgent connecting = SecureHost.shim(client, clients);
                ShimAgent listening = SecureHost.shim(server, servers)) {
            Answer shadow = serve(listening, 80);
            Answer answer = connected(connecting, WEB);
            connecting.call("dial socket=" + answer.get("socket") + " to=" + WEB);
            listening.call("accept_confined socket=" + shadow.get("socket"));
            gate.shut(true);
            Eventually.get(there::grants, List::isEmpty);
            Eventually.get(this::ways, List::isEmpty);
            assertThat(connecting.tryCall("read socket=" + answer.get("socket")).fields())
                    .as("the connection is ended")
                    .containsKey("failure");
            assertThat(there.count(Counter.GRANTS_REVOKED)).isEqualTo(1);
            assertThat(connect(connecting, WEB).get("reason")).isEqualTo("" + Reason.POLICY.code());
            gate.shut(false);
            assertThat(connected(connecting, WEB).get("fds")).isEqualTo("1");
        }
    }

    @Test
    void whoLosesAnAddressLosesItsConnections() throws Exception {
        for (String lost : List.of("10.32.0.1", "10.32.0.2")) {
            try (ShimAgent connecting = SecureHost.shim(client, clients);
                    ShimAgent listening = SecureHost.shim(server, servers)) {
                Answer shadow = serve(listening, 80);
                Answer answer = connected(connecting, WEB);
                connecting.call("dial socket=" + answer.get("socket") + " to=" + WEB);
                listening.call("accept_confined socket=" + shadow.get("socket"));
                resolver.put(lost, "127.0.77.9");
                Eventually.get(this::ways, List::isEmpty);
                Eventually.get(there::grants, List::isEmpty);
                assertThat(connecting
                                .tryCall("read socket=" + answer.get("socket"))
                                .fields()
                                .get("failure"))
                        .as("the connection is ended")
                        .isNotNull()
                        .doesNotContain("timed");
                assertThat(connect(connecting, WEB).get("verdict")).isNotEqualTo("1");
            }
            resolver.put(lost, lost.equals("10.32.0.1") ? "127.0.77.1" : "127.0.77.2");
        }
    }

    @Test
    void grantsAreBounded() throws Exception {
        shutDown();
        open(config -> config.limits(RouterLimits.DEFAULT.withGrantsPerContainer(1)));
        try (ShimAgent connecting = SecureHost.shim(client, clients);
                ShimAgent listening = SecureHost.shim(server, servers)) {
            serve(listening, 80);
            serve(listening, 81);
            connected(connecting, WEB);
            Eventually.get(
                    () -> connect(connecting, "10.32.0.2:81").get("reason"),
                    reason -> reason.equals("" + Reason.LIMIT.code()));
            assertThat(there.grants()).hasSize(1);
        }
    }

    @Test
    void onlyRegisteredContainersAreServed() throws Exception {
        try (TestContainer stranger = new TestContainer("10.32.0.3/32");
                ShimAgent shim = stranger.agent()) {
            resolver.put("10.32.0.3", "127.0.77.1");
            shim.call("open path=" + here.socket());
            assertThat(shim.call("hello").get("error")).isEqualTo("" + Reason.NOT_IDENTIFIED.code());
            assertThatThrownBy(() -> here.router()
                            .register(ContainerSpec.builder("stranger")
                                    .networkNamespace(stranger.path())
                                    .build()))
                    .isInstanceOfSatisfying(ContainerException.class, e -> assertThat(e.problem())
                            .isEqualTo(ContainerException.Problem.ADDRESSES_MISSING));
            try (ContainerRegistration registered = here.register("stranger", stranger, "10.32.0.3");
                    ShimAgent known = stranger.shim(here.socket())) {
                assertThat(registered.spec().id()).isEqualTo("stranger");
                assertThat(known.call("connect destination=10.32.0.9:80").get("reason"))
                        .isEqualTo("" + Reason.UNKNOWN_ADDRESS.code());
            }
        }
    }

    @Test
    void aQueueIsKeptFilled() throws Exception {
        try (ShimAgent queue = SecureHost.shim(client, clients)) {
            assertThat(queue.call("queue most=4").get("queue")).isEqualTo("open");
            awaitQueued(queue, 4);
            String[] taken = queue.call("take count=3").get("sockets").split(",", -1);
            assertThat(taken).hasSize(3);
            awaitQueued(queue, 4);
            assertThat(queue.call("raw data=09").get("got"))
                    .as("more credits than sockets")
                    .isNotNull();
            Eventually.get(() -> here.count(Counter.SHIM_MALFORMED), count -> count == 1);
        }
    }

    private static Container container(SecureHost host) {
        return host.part(Containers.class).all().stream()
                .filter(container -> container.spec().isPresent())
                .findFirst()
                .orElseThrow();
    }

    private static void inOneTurn(SecureHost host, Consumer<Container> work) {
        host.part(RouterLoop.class).run(() -> work.accept(container(host)));
    }

    @Test
    void whatIsFoundWhileAConnectIsDecidedCounts() throws Exception {
        try (ShimAgent connecting = SecureHost.shim(client, clients);
                ShimAgent listening = SecureHost.shim(server, servers)) {
            serve(listening, 80);
            serve(listening, 81);
            connected(connecting, WEB);
            Connects connects = here.part(Connects.class);
            for (String destination : List.of(WEB, "10.32.0.2:81")) {
                CompletableFuture<ConnectAnswer> answer = new CompletableFuture<>();
                Connect question = new Connect(1, 4, true, endpoint(destination), null);
                inOneTurn(here, container -> {
                    connects.connect(container, question, answer::complete);
                    container.withhold("found meanwhile");
                });
                assertThat(answer.get(10, TimeUnit.SECONDS).reason())
                        .as(destination)
                        .isEqualTo(Reason.CAPABILITY);
                assertThat(answer.get().socket()).isNull();
                inOneTurn(here, container -> container.withhold(null));
            }
            assertThat(ways()).extracting(KnownDestination::overlay).containsExactly(endpoint(WEB));
        }
    }

    private static Endpoint endpoint(String text) throws Exception {
        String[] parts = text.split(":", 2);
        return new Endpoint(InetAddress.getByName(parts[0]), Integer.parseInt(parts[1]));
    }

    @Test
    void whatIsFoundWhileAShadowIsMadeCounts() throws Exception {
        ListenService listens = there.part(ListenService.class);
        Listen question = new Listen(1, 4, false, true, 16, endpoint("0.0.0.0:80"), 1, null);
        for (boolean joins : new boolean[] {false, true}) {
            CompletableFuture<ListenAnswer> answer = new CompletableFuture<>();
            inOneTurn(there, container -> {
                listens.listen(container, question, answer::complete);
                container.withhold("found meanwhile");
            });
            assertThat(answer.get(10, TimeUnit.SECONDS).reason())
                    .as("joins: " + joins)
                    .isEqualTo(Reason.CAPABILITY);
            inOneTurn(there, container -> container.withhold(null));
            if (!joins) {
                CompletableFuture<ListenAnswer> first = new CompletableFuture<>();
                inOneTurn(there, container -> listens.listen(container, question, first::complete));
                assertThat(first.get(10, TimeUnit.SECONDS).reason()).isEqualTo(Reason.NONE);
                first.get().descriptors().forEach(Descriptors::close);
            }
        }
    }

    /** The loop has not come to what the server has said before. */
    @Test
    void aServerIsOfferedAsSoonAsItSaysThatItWaits() throws Exception {
        try (ShimAgent listening = SecureHost.shim(server, servers)) {
            String cookie = listening.call("original port=80").get("cookie");
            Answer shadow = listening.call("listen endpoint=0.0.0.0:80 cookie=" + cookie);
            listening.call("start socket=" + shadow.get("socket"));
            Admission admission = there.part(Admission.class);
            InetAddress host = InetAddress.getByName("127.0.77.1");
            InetAddress from = InetAddress.getByName("10.32.0.1");
            List<Reason> reasons = there.part(RouterLoop.class).call(() -> {
                Reason before = admission.decide(host, from, endpoint(WEB)).reason();
                listening.call("signal kind=1 lease=" + shadow.get("lease"));
                return List.of(
                        before, admission.decide(host, from, endpoint(WEB)).reason());
            });
            assertThat(reasons).containsExactly(Reason.NO_LISTENER, Reason.NONE);
        }
    }

    /** A byte for each socket, and at least one behind the last. */
    static void awaitQueued(ShimAgent queue, int sockets) throws Exception {
        Eventually.get(() -> Integer.parseInt(queue.call("queued").get("bytes")), bytes -> bytes > sockets);
    }

    @Test
    void aQuestionMakesAConnectionUnfitForAQueue() throws Exception {
        try (ShimAgent shim = SecureHost.shim(client, clients)) {
            shim.call("connect destination=10.32.0.9:80");
            assertThat(shim.tryCall("queue").fields()).containsKey("failure");
            Eventually.get(() -> here.count(Counter.SHIM_MALFORMED), count -> count == 1);
        }
    }

    @Test
    void aRestartedServerGoesOnWithItsGrants() throws Exception {
        try (ShimAgent connecting = SecureHost.shim(client, clients);
                ShimAgent listening = SecureHost.shim(server, servers)) {
            serve(listening, 80);
            Answer answer = connected(connecting, WEB);
            List<Grant> before = there.grants();
            there.close();
            there = new SecureHost("127.0.77.2", controlPort, directory, resolver, gate, same -> same);
            assertThat(there.grants()).isEqualTo(before);
            assertThat(connecting
                            .call("dial socket=" + answer.get("socket") + " to=" + WEB)
                            .get("local"))
                    .as("a known way")
                    .startsWith("10.32.0.1:");
            servers = there.register("server", server, "10.32.0.2");
            assertThat(connected(connecting, WEB).get("fds")).isEqualTo("1");
            assertThat(there.grants())
                    .extracting(Grant::id)
                    .isEqualTo(List.of(before.get(0).id()));
        }
    }
}
