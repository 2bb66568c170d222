package io.slim.router.admin;

import io.slim.api.Endpoint;
import io.slim.router.connect.SecureConnects;
import io.slim.router.observe.Upstreams;
import io.slim.router.observe.Upstreams.Count;
import io.slim.router.secure.SecureMode;
import jakarta.inject.Inject;
import java.util.Map;

/**
 * Takes snapshots of what became of connections to each endpoint: what the router has decided, and what the kernel has let through. Only the
 * event loop touches it.
 */
public final class UpstreamReader {

    private final SecureMode secure;
    private final SecureConnects connects;
    private final Upstreams upstreams;

    @Inject
    UpstreamReader(SecureMode secure, SecureConnects connects, Upstreams upstreams) {
        this.secure = secure;
        this.connects = connects;
        this.upstreams = upstreams;
    }

    Map<Endpoint, Count> read() {
        Map<Endpoint, Count> counts = upstreams.snapshot();
        if (secure.isOn()) {
            connects.connects((endpoint, passed) -> counts.merge(
                    endpoint,
                    new Count(passed, 0),
                    (one, more) -> new Count(one.hostPath() + more.hostPath(), one.overlay() + more.overlay())));
        }
        return counts;
    }
}
