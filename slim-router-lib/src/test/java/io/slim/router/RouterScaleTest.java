package io.slim.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.container.ContainerRegistration;
import io.slim.api.container.ContainerSpec;
import io.slim.api.policy.ConnectionPolicy;
import io.slim.api.resolver.OverlayResolver;
import io.slim.api.resolver.ResolverProvider;
import io.slim.router.lab.FreePort;
import io.slim.router.lab.TestHost;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a router needs for a big host in a big cluster. */
@Tag("root")
class RouterScaleTest {

    private static final int CONTAINERS = 1000;
    private static final int ENDPOINTS = 100_000;
    private static final long MOST_BYTES = 256L << 20;

    @TempDir
    private Path directory;

    @Test
    void aThousandContainersAndAHundredThousandEndpointsNeedLittleMemory() throws Exception {
        Path hosts = directory.resolve("hosts.yaml");
        writeHosts(hosts);
        long before = heap();
        List<ContainerRegistration> registrations = new ArrayList<>();
        try (OverlayResolver resolver = ResolverProvider.open("static:" + hosts);
                TestHost host = new TestHost(
                        "127.0.0.1", FreePort.find(), directory, resolver, ConnectionPolicy.ALLOW, same -> same)) {
            for (int i = 0; i < CONTAINERS; i++) {
                registrations.add(host.router()
                        .register(ContainerSpec.builder("c" + i)
                                .address(InetAddress.getByName(address(i)))
                                .build()));
            }
            assertThat(host.router().containers()).hasSize(CONTAINERS);
            long needed = heap() - before;
            System.out.println(
                    "heap: " + needed + " bytes for " + CONTAINERS + " containers, " + ENDPOINTS + " endpoints");
            assertThat(needed).as("bytes of heap").isLessThan(MOST_BYTES);
            registrations.forEach(ContainerRegistration::close);
            assertThat(host.router().containers()).isEmpty();
        }
    }

    private static void writeHosts(Path hosts) throws IOException {
        try (BufferedWriter file = Files.newBufferedWriter(hosts)) {
            file.write("hosts:\n");
            for (int i = 0; i < ENDPOINTS; i++) {
                String host = i < CONTAINERS ? "127.0.0.1" : "192.168." + i % 200 + "." + (1 + i % 250);
                file.write("  " + address(i) + ": " + host + "\n");
            }
        }
    }

    private static String address(int number) {
        return "10." + (32 + (number >> 16)) + "." + (number >> 8 & 0xff) + "." + (number & 0xff);
    }

    /** What is live after a collection. */
    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
