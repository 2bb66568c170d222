package io.slim.it.program;

import io.slim.testbed.Container;
import io.slim.testbed.Shell;

/**
 * The shim with a long breath. Two fresh routers on a machine that is busy with these programs may now and then take longer than the 100 ms that the shim
 * waits by default; the connection then takes the overlay, as it should, but these tests are about the programs on the host path.
 */
public final class Shim {
    private static final String WAIT_MS = "5000";

    private Shim() {}

    /** Runs programs in that container with the shim. */
    public static Shell in(Container container) {
        return container.slim().with("SLIM_WAIT_MS", WAIT_MS);
    }
}
