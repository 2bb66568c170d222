package io.slim.api.resolver;

import java.net.InetAddress;
import java.util.Objects;

/** A resolver's answer. It is no permission: the router of the host named must own the address. */
public sealed interface Resolution {

    /** The address lives on the host with this address of the underlay. */
    static Resolution on(InetAddress host) {
        return new OnHost(host);
    }

    /** Whether the address is known to live on just that host. */
    default boolean isOn(InetAddress host) {
        return this instanceof OnHost found && found.host().equals(host);
    }

    /**
     * The address lives on a host.
     *
     * @param host the host's address in the underlay, where its router is reached
     */
    record OnHost(InetAddress host) implements Resolution {
        /** Checks for null. */
        public OnHost {
            Objects.requireNonNull(host, "host");
        }
    }

    /** The answers without a host. */
    enum Nowhere implements Resolution {
        /** The address belongs to no overlay: it is left alone. */
        NOT_OVERLAY,
        /** The resolver does not know, or what it knew is stale: the connection takes the overlay. */
        UNKNOWN,
        /**
         * The overlay encrypts what it carries to that address, and to bypass it was not asked for by name: the connection
         * takes the overlay. Unlike UNKNOWN it is an answer: no other resolver of a chain is asked.
         */
        ENCRYPTED
    }
}
