package io.slim.router.listen;

import io.slim.api.Endpoint;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The addresses that stand for all addresses. */
final class Wildcard {

    private Wildcard() {}

    static InetAddress four() {
        return of(new byte[4]);
    }

    static InetAddress six() {
        return of(new byte[16]);
    }

    private static InetAddress of(byte[] zeros) {
        try {
            return InetAddress.getByAddress(zeros);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    /** Which of the container's addresses a listener on the endpoint serves. */
    static List<InetAddress> served(Endpoint endpoint, boolean v6Only, List<InetAddress> addresses) {
        if (!endpoint.address().isAnyLocalAddress()) {
            return List.of(endpoint.address());
        }
        boolean takesFour = endpoint.address() instanceof Inet4Address || !v6Only;
        boolean takesSix = !(endpoint.address() instanceof Inet4Address);
        return addresses.stream()
                .filter(address -> address instanceof Inet4Address ? takesFour : takesSix)
                .toList();
    }
}
