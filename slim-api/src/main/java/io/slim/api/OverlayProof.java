package io.slim.api;

import java.time.Duration;
import java.util.Objects;

/**
 * Whether the overlay must prove that it lets a container reach a listener before Slim carries connections between them past
 * it. Overlays enforce rules, such as Kubernetes' NetworkPolicy: what they refuse must not succeed through Slim.
 *
 * @param mode whether a proof is needed
 * @param ttl for how long a proof holds: a rule that appears in the overlay takes effect within that time; positive
 * @param acceptsTranslation whether containers may bypass the overlay although rules in their own network namespace redirect
 *     TCP connections, as those of transparent proxies do; the proxies are then bypassed too
 */
public record OverlayProof(Mode mode, Duration ttl, boolean acceptsTranslation) {

    /** When it is possible, 30 s, no. */
    public static final OverlayProof DEFAULT = new OverlayProof(Mode.AUTOMATIC, Duration.ofSeconds(30), false);

    /** Never; for overlays without rules. */
    public static final OverlayProof OFF = new OverlayProof(Mode.OFF, DEFAULT.ttl, true);

    /** Checks for nulls. */
    public OverlayProof {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(ttl, "ttl");
    }

    /** Whether a proof is needed. */
    public enum Mode {
        /** If the router has the capabilities that it takes, CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_NET_RAW. */
        AUTOMATIC,
        /** Always; without the capabilities the router does not start. */
        ON,
        /** Never. */
        OFF
    }

    /** The same with another {@link #mode}. */
    public OverlayProof withMode(Mode value) {
        return new OverlayProof(value, ttl, acceptsTranslation);
    }

    /** The same with another {@link #ttl}. */
    public OverlayProof withTtl(Duration value) {
        return new OverlayProof(mode, value, acceptsTranslation);
    }

    /** The same with another {@link #acceptsTranslation}. */
    public OverlayProof withAcceptsTranslation(boolean value) {
        return new OverlayProof(mode, ttl, value);
    }
}
