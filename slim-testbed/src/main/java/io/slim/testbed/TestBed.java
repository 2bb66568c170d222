package io.slim.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hosts joined by a cable, a VXLAN overlay over them, and containers on it: all of it network namespaces of this machine.
 *
 * <p>Container n is on host ((n-1) mod hosts)+1 and has the addresses 10.32.0.n and fd00:32::n; host n has 192.168.77.n. Several test-beds may exist at
 * once, with the same addresses.
 *
 * <p>A test-bed goes with the process that built it: by {@link #close}, by a shutdown hook when the process is interrupted, and if the process is
 * killed by the next test-bed that anyone builds. Thread-safe.
 */
public final class TestBed implements AutoCloseable {
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final Layout layout;
    private final StateDirectory directory;
    private final Installation installation;
    private final List<Host> hosts;
    private final List<Container> containers;
    private final AtomicInteger outputs = new AtomicInteger();
    /** Containers that are not where the layout has them. */
    private final Map<Integer, Integer> moved = new ConcurrentHashMap<>();

    private final Thread onExit = new Thread(this::close, "close-test-bed");
    private boolean closed;

    private TestBed(Layout layout, Installation installation) {
        this.layout = layout;
        this.directory = new StateDirectory(layout.name());
        this.installation = installation;
        this.hosts = layout.hostNumbers().stream().map(n -> new Host(this, n)).toList();
        this.containers = layout.containerNumbers().stream()
                .map(n -> new Container(this, n))
                .toList();
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * The test-bed of that name that somebody else has made and that stays, see {@link Builder#keep}. Must not be closed unless it shall go.
     *
     * @return empty if there is none, or not a whole one
     */
    public static Optional<TestBed> find(String name) {
        return new StateDirectory(name)
                .read()
                .filter(StateDirectory.State::complete)
                .map(state -> new TestBed(state.layout(), Installation.find()))
                .filter(TestBed::isWhole);
    }

    /** Removes the test-bed of that name, whoever made it, whatever state it is in. Does nothing if there is none. */
    public static void destroy(String name) {
        StateLock.hold(new StateDirectory(name)::destroy);
    }

    /** What routers and the shim need and the build has not made; empty if all is there. */
    public static List<Path> notBuilt() {
        return Installation.find().missingForSlim();
    }

    public String name() {
        return layout.name();
    }

    /** All hosts, in the order of their numbers. */
    public List<Host> hosts() {
        return hosts;
    }

    /** All containers, in the order of their numbers. */
    public List<Container> containers() {
        return containers;
    }

    /** A host by its number, from 1. */
    public Host host(int number) {
        return hosts.get(number - 1);
    }

    /** A container by its number, from 1. */
    public Container container(int number) {
        return containers.get(number - 1);
    }

    /** The directory in which all of this test-bed's files are; it goes with the test-bed, so tests may put theirs there. */
    public Path directory() {
        return directory.path();
    }

    /** The program slim-probe: a TCP server and client that measures what applications see. */
    public Path probe() {
        return Installation.built(installation.probe());
    }

    /** The file with which the routers' static resolver is configured: container address to host address. */
    public Path resolverFile() {
        return directory.file("resolver.yaml");
    }

    Layout layout() {
        return layout;
    }

    Installation installation() {
        return installation;
    }

    /** Number of the host that a container is on. */
    int hostOf(int container) {
        return moved.getOrDefault(container, layout.hostOf(container));
    }

    synchronized void move(int container, int to) {
        int from = hostOf(container);
        if (from != to) {
            new Wiring(layout).move(container, from, to);
            new Launchers(directory, layout).moved(container, to);
            moved.put(container, to);
        }
    }

    /** Starts a process unless the test-bed is closed, which would never know of it. */
    synchronized Process start(ProcessBuilder builder) throws IOException {
        if (closed) {
            throw new TestBedException(
                    "test-bed " + name() + " is closed, cannot run " + String.join(" ", builder.command()));
        }
        return builder.start();
    }

    /** A new name for the output files of a process. */
    Path newOutput(String node) {
        return directory.file("out/" + outputs.incrementAndGet() + "-" + node);
    }

    private boolean isWhole() {
        int expected = layout.hosts() * (1 + layout.containersPerHost()) + (layout.hasWire() ? 1 : 0);
        return directory.namespaces().size() == expected;
    }

    /** Kills everything that runs in the test-bed, children of children included, and removes it. May be called again. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            destroy(name());
            try {
                Runtime.getRuntime().removeShutdownHook(onExit);
            } catch (IllegalStateException e) {
                // The hook itself is running.
            }
        }
    }

    private void closeOnExit() {
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /** The lock must be held. */
    private void make(Optional<ProcessIdentity> owner) {
        StateDirectory.sweep();
        if (directory.read().flatMap(StateDirectory.State::owner).isPresent()) {
            throw new TestBedException("name: \"" + name() + "\" (expected: one that no running process has taken)");
        }
        directory.destroy();
        try {
            directory.write(new StateDirectory.State(layout, owner, false));
            new Wiring(layout).make();
            new Launchers(directory, layout).write(installation);
            Files.createDirectories(directory.file("out"));
            Files.write(resolverFile(), resolverLines());
            directory.write(new StateDirectory.State(layout, owner, true));
        } catch (IOException e) {
            directory.destroy();
            throw new TestBedException(directory.path() + " cannot be written", e);
        } catch (RuntimeException e) {
            directory.destroy();
            throw e;
        }
    }

    private List<String> resolverLines() {
        List<String> lines = new ArrayList<>(List.of("hosts:"));
        for (int container : layout.containerNumbers()) {
            String host = layout.hostAddress(layout.hostOf(container));
            lines.add("  \"" + layout.containerAddress(container) + "\": \"" + host + "\"");
            lines.add("  \"" + layout.containerAddress6(container) + "\": \"" + host + "\"");
        }
        return lines;
    }

    /** What a test-bed shall be. Two hosts with one container each unless told otherwise. */
    public static final class Builder {
        private String name = "t" + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
        private int hosts = 2;
        private int containersPerHost = 1;
        private int underlay = 4;
        private boolean keep;

        private Builder() {}

        /**
         * Unique names are given to test-beds that are not named. One of this name that stays is replaced.
         *
         * @param name up to 31 of a-z, 0-9 and hyphens, a letter first
         */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** How many hosts, 1 to 32. */
        public Builder hosts(int hosts) {
            this.hosts = hosts;
            return this;
        }

        /** How many containers each host has, from 1; up to 250 in all. */
        public Builder containersPerHost(int containersPerHost) {
            this.containersPerHost = containersPerHost;
            return this;
        }

        /** The hosts' network is IPv6 alone: host n has fd00:77::n. The overlay has both, as ever. */
        public Builder ipv6Underlay() {
            this.underlay = 6;
            return this;
        }

        /** The test-bed stays when this process ends, until {@link TestBed#destroy}. */
        public Builder keep() {
            this.keep = true;
            return this;
        }

        /**
         * Makes it, after removing test-beds whose owners are gone.
         *
         * @throws TestBedException if a value is out of range, or the system refuses (root is needed); then nothing of it is left
         */
        public TestBed build() {
            TestBed bed = new TestBed(new Layout(name, hosts, containersPerHost, underlay), Installation.find());
            Optional<ProcessIdentity> owner = keep ? Optional.empty() : Optional.of(ProcessIdentity.ofThisProcess());
            if (!keep) {
                bed.closeOnExit();
            }
            StateLock.hold(() -> bed.make(owner));
            return bed;
        }
    }
}
