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
        return new RoutedLab(List.of(Router.MODE, "secure"));
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
        bed = TestBed.builder().hosts(2).containersPerHost(1).build();
        // These tests keep both processors busy; a late decision would only mean the overlay, but they are about the
        // host path.
        String[] all = Stream.concat(Stream.of("--connect-deadline-ms", "4000"), options.stream())
                .toArray(String[]::new);
        routers = bed.hosts().stream().map(host -> host.startRouter(all)).toList();
        HostPath.awaitReady(bed, client(), server());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (bed != null) {
            bed.close();
        }
    }
}
