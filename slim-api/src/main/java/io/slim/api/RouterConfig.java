package io.slim.api;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** What a router is to do and how far it may go. Immutable; made by {@link #builder()}, which checks everything. */
public final class RouterConfig {

    private final InetAddress hostAddress;
    private final RouterMode mode;
    private final Path socket;
    private final Path stateDirectory;
    private final Path containersDirectory;
    private final PortRange listenPorts;
    private final int controlPort;
    private final boolean controlInsecure;
    private final Endpoint metrics;
    private final Optional<ControlTls> controlTls;
    private final OverlayProof overlayProof;
    private final RouterTimes times;
    private final RouterLimits limits;
    private final Set<String> acceptCapable;
    private final Optional<Path> flowLog;
    private final boolean queueMigration;

    RouterConfig(RouterConfigBuilder from) {
        hostAddress = from.hostAddress;
        mode = from.mode;
        socket = from.socket;
        stateDirectory = from.stateDirectory;
        containersDirectory = from.containersDirectory();
        listenPorts = from.listenPorts;
        controlPort = from.controlPort;
        controlInsecure = from.controlInsecure;
        metrics = from.metrics;
        controlTls = Optional.ofNullable(from.controlTls);
        overlayProof = from.overlayProof;
        times = from.times;
        limits = from.limits;
        acceptCapable = Set.copyOf(from.acceptCapable);
        flowLog = Optional.ofNullable(from.flowLog);
        queueMigration = from.queueMigration;
    }

    /** Starts with the defaults; the host address has none. */
    public static RouterConfigBuilder builder() {
        return new RouterConfigBuilder();
    }

    /** This host's address in the underlay: host sockets are bound to it, peers reach the router at it. */
    public InetAddress hostAddress() {
        return hostAddress;
    }

    /** How far containers are trusted; default {@link RouterMode#SECURE}. */
    public RouterMode mode() {
        return mode;
    }

    /**
     * Names of the containers that get host sockets in secure mode although they hold {@code CAP_NET_ADMIN} or {@code
     * CAP_SYS_ADMIN}, with which such a socket changes the <em>host's</em> interfaces, addresses and routes. A name is an id, or
     * the value of the label {@code name}. Default: none.
     */
    public Set<String> acceptCapable() {
        return acceptCapable;
    }

    /** A file that gets a line for each connection past the overlay that has ended, in secure mode; default: none. */
    public Optional<Path> flowLog() {
        return flowLog;
    }

    /**
     * Whether the router sets {@code net.ipv4.tcp_migrate_req} of its network namespace to 1, so that connections survive when a
     * server hands its listener to another process (Linux 5.14). That is for all listeners of the host with {@code SO_REUSEPORT},
     * and stays when the router has ended. Default: true.
     */
    public boolean queueMigration() {
        return queueMigration;
    }

    /** The UNIX socket that containers share; default {@code /run/slim/slim.sock}. */
    public Path socket() {
        return socket;
    }

    /**
     * Where the router keeps its files, {@code admin.sock} for {@code slim status} among them; default {@code
     * /run/slim/state}. Made if it is not there. One router only may use it.
     */
    public Path stateDirectory() {
        return stateDirectory;
    }

    /**
     * Where registered containers have their socket directories; default {@code containers} in the state directory. Made if
     * it is not there, and then for its owner alone.
     */
    public Path containersDirectory() {
        return containersDirectory;
    }

    /** Ports of shadow listeners; default 61000-64999. Must lie outside the host's ephemeral ports. */
    public PortRange listenPorts() {
        return listenPorts;
    }

    /** TCP port of the control channel, the same on all hosts; default 6786. */
    public int controlPort() {
        return controlPort;
    }

    /** Whether routers talk without TLS; default false. */
    public boolean controlInsecure() {
        return controlInsecure;
    }

    /** Where {@code /metrics} is served for Prometheus, over TCP in plain text; default: nowhere. */
    public Optional<Endpoint> metrics() {
        return Optional.ofNullable(metrics);
    }

    /** With which certificates routers talk to each other; empty exactly if {@link #controlInsecure()}. */
    public Optional<ControlTls> controlTls() {
        return controlTls;
    }

    /** Whether the overlay must let a container through first; default {@link OverlayProof#DEFAULT}. */
    public OverlayProof overlayProof() {
        return overlayProof;
    }

    /** Deadlines and periods. */
    public RouterTimes times() {
        return times;
    }

    /** Bounds. */
    public RouterLimits limits() {
        return limits;
    }
}
