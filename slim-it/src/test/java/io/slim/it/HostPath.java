package io.slim.it;

import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import java.time.Duration;

/** Routers that have just been started meet each other with the first connection; it may take the overlay, which is no failure. */
public final class HostPath {
    private static final String PORT = "5999";
    private static final Duration SOON = Duration.ofSeconds(10);

    private HostPath() {}

    /** Waits until connections between the containers take the host path. */
    public static void awaitReady(TestBed bed, Container client, Container server) {
        String probe = bed.probe().toString();
        try (Running listening = server.slim().start(probe, "serve", PORT)) {
            listening.waitForListener(Integer.parseInt(PORT), SOON);
            Eventually.await("connections take the host path", SOON, () -> {
                OverlayWatch overlay = OverlayWatch.start(bed);
                client.slim()
                        .exec(probe, "connect", server.address(), PORT, "1")
                        .orThrow();
                return overlay.bytes() == 0;
            });
        }
    }
}
