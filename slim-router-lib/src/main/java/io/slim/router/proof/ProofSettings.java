package io.slim.router.proof;

import io.slim.api.OverlayProof;
import io.slim.api.OverlayProof.Mode;
import io.slim.api.RouterConfig;
import io.slim.api.RouterMode;
import io.slim.router.sys.Capabilities;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether this router asks for proofs. */
public final class ProofSettings {

    private static final Logger LOG = LoggerFactory.getLogger(ProofSettings.class);

    private final OverlayProof configured;
    private final boolean secure;
    private boolean on;

    @Inject
    ProofSettings(RouterConfig config) {
        configured = config.overlayProof();
        secure = config.mode() == RouterMode.SECURE;
    }

    /**
     * Finds out whether it is possible. Must be called once, before anything else here.
     *
     * @throws IOException if it must be, and is not
     */
    public void start() throws IOException {
        List<String> missing = configured.mode() == Mode.OFF ? List.of() : Capabilities.missingForVisits();
        if ((configured.mode() == Mode.ON || secure) && !missing.isEmpty()) {
            throw new IOException("overlay proof: on" + (secure ? ", as it is in secure mode" : "")
                    + " (expected: off, or a router with the capabilities " + missing + ")");
        }
        if (configured.mode() == Mode.AUTOMATIC && !missing.isEmpty()) {
            LOG.warn(
                    "what the overlay refuses is not found out, because the router has no {}: connections may bypass its"
                            + " rules (say so with overlay-proof off, or give the router the capabilities)",
                    missing);
        }
        on = configured.mode() != Mode.OFF && missing.isEmpty();
    }

    boolean isOn() {
        return on;
    }

    boolean acceptsRedirects() {
        return configured.acceptsTranslation();
    }

    long ttlNanos() {
        return configured.ttl().toNanos();
    }

    int ttlMillis() {
        return Math.toIntExact(configured.ttl().toMillis());
    }
}
