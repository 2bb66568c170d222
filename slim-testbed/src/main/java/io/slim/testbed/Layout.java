package io.slim.testbed;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The plan of a test-bed: who is where, with which address. Hosts and containers are numbered from 1; container n is on host ((n-1) mod hosts)+1.
 *
 * @param name 1 to 31 characters, a letter first, then letters, digits and hyphens; part of the names of the namespaces
 * @param underlay IP version of the hosts' network, 4 or 6
 */
record Layout(String name, int hosts, int containersPerHost, int underlay) {
    static final String IPV4_PREFIX = "10.32.0.0/12";
    static final String IPV6_PREFIX = "fd00:32::/64";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,30}");
    private static final int MAX_HOSTS = 32;
    private static final int MAX_CONTAINERS = 250;

    Layout(String name, int hosts, int containersPerHost) {
        this(name, hosts, containersPerHost, 4);
    }

    Layout {
        if (!NAME.matcher(name).matches()) {
            throw new TestBedException(
                    "name: \"" + name + "\" (expected: a small letter, then up to 30 of a-z, 0-9, -)");
        }
        if (hosts < 1 || hosts > MAX_HOSTS) {
            throw new TestBedException("hosts: " + hosts + " (expected: 1 ... " + MAX_HOSTS + ")");
        }
        if (containersPerHost < 1 || containersPerHost > MAX_CONTAINERS / hosts) {
            throw new TestBedException("containers per host: " + containersPerHost + " (expected: 1 ... "
                    + MAX_CONTAINERS / hosts + " with " + hosts + " hosts)");
        }
    }

    List<Integer> hostNumbers() {
        return IntStream.rangeClosed(1, hosts).boxed().toList();
    }

    List<Integer> containerNumbers() {
        return IntStream.rangeClosed(1, hosts * containersPerHost).boxed().toList();
    }

    int hostOf(int container) {
        return (container - 1) % hosts + 1;
    }

    String hostAddress(int host) {
        return (underlay == 6 ? "fd00:77::" : "192.168.77.") + host;
    }

    String containerAddress(int container) {
        return "10.32.0." + container;
    }

    /** The digits are the container's number as written in decimal: container 12 has fd00:32::12. */
    String containerAddress6(int container) {
        return "fd00:32::" + container;
    }

    String containerMac(int container) {
        return String.format("02:32:00:00:00:%02x", container);
    }

    String bridgeMac(int host) {
        return String.format("02:32:00:00:01:%02x", host);
    }

    String hostNamespace(int host) {
        return name + "-h" + host;
    }

    String containerNamespace(int container) {
        return name + "-c" + container;
    }

    /** The network namespace of a node, which is a container or a host. */
    String namespaceOf(String node) {
        return name + "-" + node;
    }

    /** Holds the bridge that joins the hosts when they are not exactly two. */
    String wireNamespace() {
        return name + "-wire";
    }

    /** Two hosts have a cable between them: without the bridge the path is shorter and its figures steadier. */
    boolean hasWire() {
        return hosts != 2;
    }

    /** Whether a network namespace belongs to the test-bed of that name, whatever its size was. */
    static boolean isNamespaceOf(String testBed, String namespace) {
        return namespace.startsWith(testBed + "-")
                && namespace.substring(testBed.length() + 1).matches("h\\d+|c\\d+|wire");
    }
}
