package io.slim.testbed;

import java.nio.file.Path;

/** A container: on the overlay, on one of the hosts. */
public final class Container extends Node {
    private final int number;

    Container(TestBed bed, int number) {
        super(bed, "c" + number);
        this.number = number;
    }

    @Override
    public String address() {
        return bed().layout().containerAddress(number);
    }

    /** The overlay address of the other family. */
    public String address6() {
        return bed().layout().containerAddress6(number);
    }

    /** The file that leads to its network namespace. */
    public Path networkNamespace() {
        return StateDirectory.NAMESPACES.resolve(bed().layout().namespaceOf(name()));
    }

    /** The host this container is on. */
    public Host host() {
        return bed().host(bed().hostOf(number));
    }

    /**
     * Takes this container, with its addresses, to another host, and makes that known to the overlay on all hosts. What runs in it goes on without its
     * connections; what is started with the shim from now on asks the router of the new host.
     *
     * <p>The file of the static resolver stays as it is.
     */
    public void moveTo(Host host) {
        bed().move(number, host.number());
    }

    /** Runs programs here with the shim, which asks the router of this container's host. */
    public Shell slim() {
        Installation.built(bed().installation().shim());
        return new Shell(bed(), name(), Launchers.withShim(name()));
    }
}
