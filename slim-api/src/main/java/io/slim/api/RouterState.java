package io.slim.api;

/** Where a router is in its life; the order is the only one possible. */
public enum RouterState {
    /** Built, holds no resource. */
    NEW,
    /** Serves containers and peers. */
    RUNNING,
    /** Ended, or its start failed; all resources are released. */
    CLOSED
}
