package io.slim.router.confine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.router.sys.Descriptors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many containers with many destinations on one host: how long it takes, and what memory. {@code -Dslim.confine.containers=200 -Dslim.confine.destinations=50000}. */
@Tag("root")
class ConfinementScaleTest {

    private static final int CONTAINERS = Integer.getInteger("slim.confine.containers", 10);
    private static final int DESTINATIONS = Integer.getInteger("slim.confine.destinations", 1000);
    private static final String HOST = "127.0.0.11";

    @Test
    void manyContainersWithManyDestinations() throws Exception {
        ConfinedHost host = new ConfinedHost(HOST);
        List<ConfinedContainer> containers = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < CONTAINERS; i++) {
            containers.add(host.admit("container-" + i));
        }
        for (ConfinedContainer container : containers) {
            Descriptors.close(host.client(container, 4).descriptor());
        }
        long admitted = System.nanoTime();
        Target target = new Target(
                InetAddress.getByName("127.0.0.12"),
                61000,
                1,
                ConfinedHost.newKey(),
                ConfinedHost.endpoint("10.32.0.1", 0).address(),
                1,
                ConfinedHost.later(),
                0);
        host.run(() -> {
            for (int i = 0; i < DESTINATIONS; i++) {
                String address = "10." + (32 + (i >> 16)) + "." + (i >> 8 & 255) + "." + (i & 255);
                assertThat(host.confinement.putDestination(
                                containers.get(i % CONTAINERS), ConfinedHost.endpoint(address, 80), target))
                        .isTrue();
            }
        });
        long put = System.nanoTime();
        assertThat(host.on(() -> host.confinement.status().maps().get("destinations").entries()))
                .isEqualTo(DESTINATIONS);
        System.out.printf(
                "%d containers in %d ms, %d destinations in %d ms; vaults %d KiB, maps %d KiB%n",
                CONTAINERS,
                TimeUnit.NANOSECONDS.toMillis(admitted - begin),
                DESTINATIONS,
                TimeUnit.NANOSECONDS.toMillis(put - admitted),
                vaultsKib(),
                mapsKib());
        host.run(() -> containers.forEach(host.confinement::dismiss));
        host.closeForGood();
    }

    private static Stream<String> fields(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines
                    .filter(line -> line.startsWith(name + ":"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .toList()
                    .stream();
        } catch (IOException | UncheckedIOException e) {
            return Stream.of();
        }
    }

    /** What the vaults' processes have for themselves alone. */
    private static long vaultsKib() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").contains("vault"))
                .flatMap(child -> fields(Path.of("/proc/" + child.pid() + "/status"), "RssAnon"))
                .mapToLong(Long::parseLong)
                .sum();
    }

    /** The kernel's own count for each map that this process has open. */
    private static long mapsKib() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fdinfo"))) {
            return open.flatMap(file -> fields(file, "memlock")).mapToLong(Long::parseLong).sum() / 1024;
        }
    }
}
