package io.slim.api;

/** How far containers are trusted with the sockets that they get. */
public enum RouterMode {
    /** Containers are trusted with host sockets; shim and router translate addresses. Must be asked for by name. */
    NON_SECURE,
    /** The kernel confines host sockets (eBPF); containers need not be trusted. */
    SECURE
}
