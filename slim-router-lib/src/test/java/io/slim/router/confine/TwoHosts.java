package io.slim.router.confine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.Endpoint;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.SocketAgent;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Two hosts of a test, with a container each: one that connects and one that listens; and an agent, which may be either, or an outsider. */
final class TwoHosts implements AutoCloseable {

    static final int EPERM = 1;
    static final int EREMOTE = 66;
    static final int ENOLINK = 67;
    static final int EADDRNOTAVAIL = 99;
    static final int PEER = 3;
    static final String CLIENT = "10.32.0.1";
    static final Endpoint SERVER = ConfinedHost.endpoint("10.32.0.2", 80);

    final ConfinedHost here;
    final ConfinedHost there;
    final SocketAgent agent;
    final ConfinedContainer client;
    final ConfinedContainer server;

    TwoHosts() throws Exception {
        here = new ConfinedHost("127.0.0.1");
        there = new ConfinedHost("127.0.0.2");
        agent = new SocketAgent();
        client = here.admit("client");
        server = there.admit("server");
        here.run(() -> here.confinement.peerAlive(PEER, ConfinedHost.later()));
    }

    /** A listener whose shadow the agent has and listens on, and a grant for the client. */
    record Offer(int shadow, int listener, int grant, GrantKey key, int port, Endpoint overlay) {}

    Offer offer() throws Exception {
        return offer(4, SERVER, CLIENT);
    }

    Offer offer(int family, Endpoint overlay, String clientAddress) throws Exception {
        int listener = there.on(there.confinement::newId);
        int grant = there.on(there.confinement::newId);
        GrantKey key = ConfinedHost.newKey();
        HostSocket shadow = there.shadow(server, new ShadowRequest(listener, family, 0, false, false, overlay));
        there.run(() -> assertThat(there.confinement.putGrant(new Grant(
                        grant,
                        listener,
                        here.address,
                        ConfinedHost.endpoint(clientAddress, 0).address(),
                        overlay,
                        key,
                        ConfinedHost.later())))
                .isTrue());
        int number = ConfinedHost.give(agent, shadow.descriptor());
        agent.must("listen", "s", number, "backlog", 64);
        return new Offer(number, listener, grant, key, shadow.port(), overlay);
    }

    /** Leads the client to an offer. */
    void lead(Offer offer, String self) throws Exception {
        here.run(() -> assertThat(here.confinement.putDestination(client, offer.overlay(), target(offer, self)))
                .isTrue());
    }

    Target target(Offer offer, String self) {
        return new Target(
                there.address,
                offer.port(),
                offer.grant(),
                offer.key(),
                ConfinedHost.endpoint(self, 0).address(),
                PEER,
                ConfinedHost.later(),
                0);
    }

    /** A client socket in the agent's hands. */
    int socket(int family) throws Exception {
        return here.client(agent, client, family);
    }

    /** Connects a new client socket to the offer of {@link #SERVER}. */
    int connected() throws Exception {
        int socket = socket(4);
        agent.must("connect", "s", socket, "host", "10.32.0.2", "port", 80);
        return socket;
    }

    /** Takes a program away from a host, to show what it is for. The next router puts it back. */
    static void detach(ConfinedHost host, String... programs) throws Exception {
        for (String program : programs) {
            for (Path pins : pins(host)) {
                try (DirectoryStream<Path> links = Files.newDirectoryStream(pins, "links-*")) {
                    for (Path directory : links) {
                        Files.delete(directory.resolve(program));
                    }
                }
            }
        }
    }

    /** The directories in bpffs of routers with that host's address. */
    static List<Path> pins(ConfinedHost host) throws IOException {
        String address = host.address.getHostAddress().replaceAll("[^0-9a-f]", "-");
        Path slim = Path.of("/sys/fs/bpf/slim");
        if (!Files.isDirectory(slim)) {
            return List.of();
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(slim, "*-" + address + "-v*")) {
            List<Path> found = new ArrayList<>();
            all.forEach(found::add);
            return found;
        }
    }

    /** What an attempt comes to, once a program that was detached has really gone. */
    interface Attempt {
        int errno() throws Exception;
    }

    /** An attack is refused; and it is a real one, since it succeeds when the programs against it are gone. */
    static void refusedBy(ConfinedHost host, Attempt attempt, String... programs) throws Exception {
        assertThat(attempt.errno()).as("confined").isNotZero();
        detach(host, programs);
        Eventually.get(attempt::errno, errno -> errno == 0);
    }

    @Override
    public void close() throws Exception {
        agent.close();
        here.run(() -> here.confinement.dismiss(client));
        there.run(() -> there.confinement.dismiss(server));
        here.closeForGood();
        there.closeForGood();
    }
}
