package io.slim.testbed.demo;

/** The ways from one machine to the other that are compared. */
enum Way {
    /** Between programs of the hosts themselves: as fast as it can be. */
    HOST,
    /** Between containers, over VXLAN. */
    OVERLAY,
    /** Between the same containers at the same addresses, with Slim. */
    SLIM
}
