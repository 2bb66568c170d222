package io.slim.api.event;

/** Why a connection or a listener stays on the overlay. Numbers are those of the shim protocol. */
public enum Reason {
    /** It does not: the host's network is used. */
    NONE(0),
    /** The resolver says that the address is no overlay address. */
    NOT_OVERLAY(1),
    /** No resolver knows the address, or its answer is stale. */
    UNKNOWN_ADDRESS(2),
    /** No router answers on that host. */
    NO_PEER(3),
    /** The peer has no armed listener there. */
    NO_LISTENER(4),
    /** Refused by policy. */
    POLICY(5),
    /** A bound is reached. */
    LIMIT(6),
    /** The caller is not known or does not own the address. */
    NOT_IDENTIFIED(7),
    /** No answer in time. */
    TIMEOUT(8),
    /** This kind of socket or address cannot be served. */
    UNSUPPORTED(9),
    /** See the router's log. */
    INTERNAL(10),
    /** The overlay was asked and did not let the connection through. */
    NO_PROOF(11),
    /** The overlay encrypts and the bypass is not configured. */
    ENCRYPTED(12),
    /** The container, or one that it shares with, could change the host's network with a host socket. */
    CAPABILITY(13);

    private static final Reason[] BY_CODE = values();

    private final int code;

    Reason(int code) {
        this.code = code;
    }

    /** The number used on the wire. */
    public int code() {
        return code;
    }

    /** The reason with a number; one that is not known here (a newer peer's) is {@link #INTERNAL}. */
    public static Reason ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : INTERNAL;
    }
}
