package io.slim.api;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Objects;

/**
 * An IP address and a TCP port. Unlike {@link java.net.InetSocketAddress} it is never unresolved.
 *
 * @param address IPv4 or IPv6; a v4-mapped IPv6 address is always given as IPv4
 * @param port 0 … 65535; 0 means "none"
 */
public record Endpoint(InetAddress address, int port) {

    /**
     * Checks the range of the port.
     *
     * @throws IllegalArgumentException if the port is out of range
     */
    public Endpoint {
        Objects.requireNonNull(address, "address");
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
    }

    /** As it is written in logs: {@code 10.32.0.2:6379}, {@code [fd00::2]:80}. */
    @Override
    public String toString() {
        String text = address.getHostAddress();
        return address instanceof Inet6Address ? "[" + text + "]:" + port : text + ":" + port;
    }
}
