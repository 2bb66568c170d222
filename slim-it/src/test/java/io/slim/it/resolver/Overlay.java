package io.slim.it.resolver;

import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Host;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Where the routers' resolver has its knowledge from; the packets go through the test-bed's VXLAN in any case. */
enum Overlay {
    /** What the kernel has for them. */
    KERNEL("kernel:") {
        @Override
        void tell(TestBed bed, Map<Integer, Integer> places) {
            // The test-bed has told the kernel.
        }
    },

    /** A report as Weave gives it, served over HTTP by the first host for all. */
    WEAVE("weave:url=http://192.168.77.1:6784") {
        @Override
        void start(TestBed bed) throws IOException {
            Files.createDirectories(report(bed).getParent());
            tell(bed, places(bed));
            Running server = bed.host(1)
                    .start(
                            "python3",
                            "-m",
                            "http.server",
                            "6784",
                            "--directory",
                            report(bed).getParent().toString());
            server.waitForListener(6784, SOON);
        }

        @Override
        void tell(TestBed bed, Map<Integer, Integer> places) throws IOException {
            String entries = places.entrySet().stream()
                    .map(place -> "{\"Token\":\"10.32.0." + place.getKey() + "\",\"Size\":1,\"Peer\":\"peer"
                            + place.getValue() + "\",\"IsKnownPeer\":true,\"Version\":1}")
                    .collect(Collectors.joining(","));
            String seen = "{\"Name\":\"peer%d\",\"Address\":\"192.168.77.%d:6783\",\"Established\":true}";
            Path next = report(bed).resolveSibling("next");
            Files.writeString(
                    next,
                    "{\"Ready\":true,\"Router\":{\"Name\":\"peer1\",\"Encryption\":false,\"Peers\":["
                            + "{\"Name\":\"peer1\",\"Connections\":[" + seen.formatted(2, 2) + ","
                            + seen.formatted(3, 3) + "]},"
                            + "{\"Name\":\"peer2\",\"Connections\":[" + seen.formatted(1, 1) + "]}]},"
                            + "\"IPAM\":{\"Paxos\":null,\"Range\":\"10.32.0.0/12\",\"Entries\":[" + entries + "]}}");
            Files.move(next, report(bed), StandardCopyOption.ATOMIC_MOVE);
        }

        private Path report(TestBed bed) {
            return bed.directory().resolve("weave/report");
        }
    },

    /** Calico's datastore, in an etcd on the first host. */
    CALICO("calico:etcd=http://192.168.77.1:2379") {
        @Override
        void start(TestBed bed) {
            Running etcd = bed.host(1)
                    .start(
                            "etcd",
                            "--data-dir=" + bed.directory().resolve("etcd"),
                            "--listen-client-urls=http://192.168.77.1:2379",
                            "--advertise-client-urls=http://192.168.77.1:2379",
                            "--listen-peer-urls=http://192.168.77.1:2380",
                            "--initial-advertise-peer-urls=http://192.168.77.1:2380",
                            "--initial-cluster=default=http://192.168.77.1:2380",
                            "--unsafe-no-fsync");
            etcd.waitForListener(2379, SOON);
            Eventually.await("etcd answers", SOON, () -> etcdctl(bed, "endpoint", "health"));
            for (Host host : bed.hosts()) {
                put(
                        bed,
                        "/calico/resources/v3/projectcalico.org/nodes/" + host.name(),
                        "{\"spec\":{\"bgp\":{\"ipv4Address\":\"" + host.address() + "/24\"}}}");
            }
            tell(bed, places(bed));
        }

        @Override
        void tell(TestBed bed, Map<Integer, Integer> places) {
            String allocations = IntStream.range(0, 64)
                    .mapToObj(index -> places.containsKey(index) ? "" + (places.get(index) - 1) : "null")
                    .collect(Collectors.joining(","));
            String attributes = bed.hosts().stream()
                    .map(host -> "{\"secondary\":{\"node\":\"" + host.name() + "\"}}")
                    .collect(Collectors.joining(","));
            put(
                    bed,
                    "/calico/ipam/v2/assignment/ipv4/block/10.32.0.0-26",
                    "{\"cidr\":\"10.32.0.0/26\",\"affinity\":\"host:h1\",\"allocations\":[" + allocations
                            + "],\"attributes\":[" + attributes + "],\"deleted\":false}");
        }

        private void put(TestBed bed, String key, String value) {
            if (!etcdctl(bed, "put", key, value)) {
                throw new IllegalStateException("etcdctl put " + key);
            }
        }

        private boolean etcdctl(TestBed bed, String... command) {
            String[] all = new String[command.length + 2];
            all[0] = "etcdctl";
            all[1] = "--endpoints=http://192.168.77.1:2379";
            System.arraycopy(command, 0, all, 2, command.length);
            return bed.host(1).shell().with("ETCDCTL_API", "3").exec(all).exitCode() == 0;
        }
    };

    private static final Duration SOON = Duration.ofSeconds(15);

    private final String resolver;

    Overlay(String resolver) {
        this.resolver = resolver;
    }

    /** As it is given to the router. */
    String resolver() {
        return resolver;
    }

    /** Starts what the resolver asks; it ends with the test-bed. */
    void start(TestBed bed) throws IOException {}

    /** Says where containers are: number of the container, number of the host. */
    abstract void tell(TestBed bed, Map<Integer, Integer> places) throws IOException;

    /** Where containers are now. */
    static Map<Integer, Integer> places(TestBed bed) {
        Map<Integer, Integer> places = new HashMap<>();
        for (Container container : bed.containers()) {
            places.put(
                    Integer.parseInt(container.name().substring(1)), bed.hosts().indexOf(container.host()) + 1);
        }
        return places;
    }
}
