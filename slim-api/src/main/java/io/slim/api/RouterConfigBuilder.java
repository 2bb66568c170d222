package io.slim.api;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Makes a {@link RouterConfig}. Not thread-safe. The methods are named and documented there. */
public final class RouterConfigBuilder {

    /** Shims wait 100 ms for an answer; some of that is needed for the way there and back. */
    private static final Duration LONGEST_CONNECT_DEADLINE = Duration.ofSeconds(10);

    private static final Duration SHORTEST_PROOF = Duration.ofSeconds(1);
    private static final Duration LONGEST_PROOF = Duration.ofHours(1);

    /** A {@code sockaddr_un} has room for 108 bytes with the final zero. */
    private static final int LONGEST_SOCKET_PATH = 107;

    InetAddress hostAddress;
    RouterMode mode = RouterMode.SECURE;
    Path socket = Path.of("/run/slim/slim.sock");
    Path stateDirectory = Path.of("/run/slim/state");
    private Path containersDirectory;
    Path flowLog;
    boolean queueMigration = true;
    PortRange listenPorts = new PortRange(61000, 64999);
    int controlPort = 6786;
    boolean controlInsecure;
    Endpoint metrics;
    ControlTls controlTls;
    OverlayProof overlayProof = OverlayProof.DEFAULT;
    RouterTimes times = RouterTimes.DEFAULT;
    RouterLimits limits = RouterLimits.DEFAULT;
    final Set<String> acceptCapable = new LinkedHashSet<>();

    private final List<ConfigurationProblem> problems = new ArrayList<>();

    RouterConfigBuilder() {}

    /** Required: see {@link RouterConfig#hostAddress()}. */
    public RouterConfigBuilder hostAddress(InetAddress value) {
        hostAddress = Objects.requireNonNull(value, "hostAddress");
        return this;
    }

    /** See {@link RouterConfig#mode()}. */
    public RouterConfigBuilder mode(RouterMode value) {
        mode = Objects.requireNonNull(value, "mode");
        return this;
    }

    /** Adds to {@link RouterConfig#acceptCapable()}. */
    public RouterConfigBuilder acceptCapable(Collection<String> names) {
        acceptCapable.addAll(names);
        return this;
    }

    /** See {@link RouterConfig#flowLog()}. */
    public RouterConfigBuilder flowLog(Path value) {
        flowLog = Objects.requireNonNull(value, "flowLog");
        return this;
    }

    /** See {@link RouterConfig#queueMigration()}. */
    public RouterConfigBuilder queueMigration(boolean value) {
        queueMigration = value;
        return this;
    }

    /** See {@link RouterConfig#socket()}. */
    public RouterConfigBuilder socket(Path value) {
        socket = Objects.requireNonNull(value, "socket");
        return this;
    }

    /** See {@link RouterConfig#stateDirectory()}. */
    public RouterConfigBuilder stateDirectory(Path value) {
        stateDirectory = Objects.requireNonNull(value, "stateDirectory");
        return this;
    }

    /** See {@link RouterConfig#containersDirectory()}. */
    public RouterConfigBuilder containersDirectory(Path value) {
        containersDirectory = Objects.requireNonNull(value, "containersDirectory");
        return this;
    }

    Path containersDirectory() {
        return containersDirectory == null ? stateDirectory.resolve("containers") : containersDirectory;
    }

    /** See {@link RouterConfig#listenPorts()}. */
    public RouterConfigBuilder listenPorts(PortRange value) {
        listenPorts = Objects.requireNonNull(value, "listenPorts");
        return this;
    }

    /** See {@link RouterConfig#controlPort()}. */
    public RouterConfigBuilder controlPort(int value) {
        controlPort = value;
        return this;
    }

    /** See {@link RouterConfig#controlInsecure()}. */
    public RouterConfigBuilder controlInsecure(boolean value) {
        controlInsecure = value;
        return this;
    }

    /** See {@link RouterConfig#metrics()}. */
    public RouterConfigBuilder metrics(Endpoint value) {
        metrics = Objects.requireNonNull(value, "metrics");
        return this;
    }

    /** This or {@link #controlInsecure} is required: see {@link RouterConfig#controlTls()}. */
    public RouterConfigBuilder controlTls(ControlTls value) {
        controlTls = Objects.requireNonNull(value, "controlTls");
        return this;
    }

    /** See {@link RouterConfig#overlayProof()}. */
    public RouterConfigBuilder overlayProof(OverlayProof value) {
        overlayProof = Objects.requireNonNull(value, "overlayProof");
        return this;
    }

    /** See {@link RouterConfig#times()}. */
    public RouterConfigBuilder times(RouterTimes value) {
        times = Objects.requireNonNull(value, "times");
        return this;
    }

    /** See {@link RouterConfig#limits()}. */
    public RouterConfigBuilder limits(RouterLimits value) {
        limits = Objects.requireNonNull(value, "limits");
        return this;
    }

    /**
     * Checks everything and makes the configuration.
     *
     * @throws ConfigurationException with all problems, if there are any
     */
    public RouterConfig build() {
        problems.clear();
        checkHost();
        checkPaths();
        checkControl();
        checkTimes();
        checkLimits();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new RouterConfig(this);
    }

    private void checkHost() {
        if (hostAddress == null) {
            problem("host address", "", "this host's address in the underlay");
        } else if (hostAddress.isAnyLocalAddress() || hostAddress.isMulticastAddress()) {
            problem("host address", hostAddress.getHostAddress(), "an address of one of this host's interfaces");
        }
    }

    private void checkPaths() {
        if (!socket.isAbsolute() || socket.toString().length() > LONGEST_SOCKET_PATH) {
            problem("socket", socket, "an absolute path of at most " + LONGEST_SOCKET_PATH + " bytes");
        }
        if (!stateDirectory.isAbsolute()) {
            absolute("state dir", stateDirectory);
        } else if (stateDirectory.resolve("admin.sock").toString().length() > LONGEST_SOCKET_PATH) {
            problem("state dir", stateDirectory, "a path so short that admin.sock in it has at most 107 bytes");
        } else if (!containersDirectory().isAbsolute()) {
            problem("containers directory", containersDirectory(), "an absolute path");
        }
        if (flowLog != null) {
            absolute("flow log", flowLog);
        }
    }

    private void absolute(String key, Path path) {
        if (!path.isAbsolute()) {
            problem(key, path, "an absolute path");
        }
    }

    private void checkControl() {
        if (controlPort < 1 || controlPort > 0xffff) {
            problem("control port", controlPort, "1 to 65535");
        } else if (controlPort >= listenPorts.first() && controlPort <= listenPorts.last()) {
            problem("control port", controlPort, "a port outside the listen ports " + listenPorts);
        }
        if (controlTls != null) {
            checkControlTls();
        } else if (!controlInsecure) {
            problem(
                    "control channel",
                    "",
                    "certificate, key and authorities for TLS, or control-insecure by name: plain text, for labs");
        }
    }

    /** What is in the files is checked when the router starts. */
    private void checkControlTls() {
        if (controlInsecure) {
            problem("control channel", "TLS files and control-insecure", "one of them");
        }
        absolute("control cert", controlTls.certificates());
        absolute("control key", controlTls.key());
        absolute("control ca", controlTls.authorities());
    }

    private void checkTimes() {
        positive("connect deadline", times.connectDeadline());
        if (times.connectDeadline().compareTo(LONGEST_CONNECT_DEADLINE) > 0) {
            problem("connect deadline", times.connectDeadline(), "at most " + LONGEST_CONNECT_DEADLINE);
        }
        positive("shadow stall", times.shadowStall());
        positive("port rest", times.portRest());
        positive("announce ttl", times.announceTtl());
        positive("certificate poll", times.certificatePoll());
        positive("container linger", times.containerLinger());
        Duration proofTtl = overlayProof.ttl();
        if (proofTtl.compareTo(SHORTEST_PROOF) < 0 || proofTtl.compareTo(LONGEST_PROOF) > 0) {
            problem("proof ttl", proofTtl, SHORTEST_PROOF + " to " + LONGEST_PROOF);
        }
    }

    private void checkLimits() {
        positive("connections", limits.connections());
        positive("containers", limits.containers());
        positive("connections per container", limits.connectionsPerContainer());
        positive("connects per container", limits.connectsPerContainer());
        positive("listeners per container", limits.listenersPerContainer());
        positive("peers", limits.peers());
        int sets = limits.peerTableSets();
        if (sets < 1 || sets > 1 << 20 || Integer.bitCount(sets) != 1) {
            problem("peer table sets", sets, "a power of two up to " + (1 << 20));
        }
        if (limits.readySockets() < 0 || limits.readySockets() > 64) {
            problem("ready sockets", limits.readySockets(), "0 to 64");
        }
        positive("grants per peer", limits.grantsPerPeer());
        positive("grants per container", limits.grantsPerContainer());
    }

    private void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            problem(key, value, "a positive time");
        }
    }

    private void positive(String key, int value) {
        if (value < 1) {
            problem(key, value, "at least 1");
        }
    }

    private void problem(String key, Object value, String expected) {
        problems.add(new ConfigurationProblem(key, value.toString(), expected));
    }
}
