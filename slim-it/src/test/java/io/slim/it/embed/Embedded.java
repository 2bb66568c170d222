package io.slim.it.embed;

import io.slim.samples.embedded.EmbeddedRouter;
import io.slim.testbed.Container;
import io.slim.testbed.Host;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Runs the sample program on a host of a test-bed, with all containers of the host registered. */
final class Embedded {

    private Embedded() {}

    static Running start(TestBed bed, int number) {
        Host host = bed.host(number);
        String where = bed.containers().stream()
                .map(container -> container.address() + "=" + container.host().address())
                .collect(Collectors.joining(","));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                EmbeddedRouter.class.getName(),
                host.address(),
                host.directory().toString(),
                where));
        bed.containers().stream()
                .filter(container -> container.host() == host)
                .map(container -> container.name() + "=" + container.address() + "=" + namespace(bed, container))
                .forEach(command::add);
        return host.start(command.toArray(String[]::new));
    }

    private static Path namespace(TestBed bed, Container container) {
        return Path.of("/run/netns", bed.name() + "-" + container.name());
    }

    /** The socket directory that the router has made for the container. */
    static Path directoryOf(TestBed bed, Container container) {
        return container.host().directory().resolve("containers").resolve(container.name());
    }
}
