package io.slim.it;

import io.slim.testbed.Container;
import io.slim.testbed.Router;
import io.slim.testbed.TestBed;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Two hosts with a router and a container each, for all tests of a class. */
public final class RoutedLab implements BeforeAllCallback, AfterAllCallback {
    /** The mode of tests that hold in both, but take too long to run in both each time: that which is the routers' default, unless another is asked for. */
    public static final String MODE_OF_PROGRAMS = System.getProperty("slim.programs.mode", "secure");

    private final List<String> options;
    private TestBed bed;
    private List<Router> routers = List.of();

    /** With routers in non-secure mode. */
    public RoutedLab() {
        this(List.of());
    }

    private RoutedLab(List<String> options) {
        this.options = options;
    }

    /** With routers in secure mode, with which the containers are registered. */
    public static RoutedLab secure() {
        return inMode("secure");
    }

    /** With routers in that of the two modes that is tested this time, {@link #MODE_OF_PROGRAMS}. */
    public static RoutedLab forPrograms() {
        return inMode(MODE_OF_PROGRAMS);
    }

    /** With routers in that mode, {@code secure} or {@code non-secure}. */
    public static RoutedLab inMode(String mode) {
        return new RoutedLab(List.of(Router.MODE, mode));
    }

    public TestBed bed() {
        return bed;
    }

    /** The container on the first host; by custom it has the clients. */
    public Container client() {
        return bed.container(1);
    }

    /** The container on the second host. */
    public Container server() {
        return bed.container(2);
    }

    /** The routers of both hosts. */
    public List<Router> routers() {
        return routers;
    }

    /** What both routers have logged, for the messages of failed tests. */
    public String logs() {
        return String.join("\n", routers.stream().map(Router::log).toList());
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    /** For classes that have several, one after the other; they {@link #close} it even if this fails. */
    public void start() {
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
        // These tests keep both processors busy; a late decision would only mean the overlay, but they are about the
        // host path.
        String[] all = Stream.concat(Stream.of("--connect-deadline-ms", "4000"), options.stream())
                .toArray(String[]::new);
        routers =
                bed.hosts().parallelStream().map(host -> host.startRouter(all)).toList();
        HostPath.awaitReady(bed, client(), server());
    }

    public void close() {
        if (bed != null) {
            bed.close();
        }
    }
}
