package io.slim.testbed;

/** A place in a test-bed where programs run: a network namespace with an address. */
public abstract sealed class Node permits Host, Container {
    private final TestBed bed;
    private final String name;

    Node(TestBed bed, String name) {
        this.bed = bed;
        this.name = name;
    }

    /** "h1" for the first host, "c1" for the first container. */
    public final String name() {
        return name;
    }

    /** The IPv4 address: of the underlay for a host, of the overlay for a container. */
    public abstract String address();

    /** Runs programs here as any user would. */
    public final Shell shell() {
        return new Shell(bed, name, Launchers.plain(name));
    }

    /** Starts a program here, see {@link Shell#start}. */
    public final Running start(String... command) {
        return shell().start(command);
    }

    /** Runs a program here to its end, see {@link Shell#exec}. */
    public final Finished exec(String... command) {
        return shell().exec(command);
    }

    final TestBed bed() {
        return bed;
    }
}
