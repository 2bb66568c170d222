package io.slim.api;

import java.time.Duration;

/**
 * Deadlines and periods of a router; all positive.
 *
 * @param connectDeadline after which a connect that is not decided takes the overlay, up to 10 s; less than shims
 *     wait (100 ms, or SLIM_WAIT_MS)
 * @param shadowStall for how long a shadow's accept queue may be left alone before the listener is withdrawn
 * @param portRest for how long the port of a released shadow is not used again
 * @param announceTtl for how long an announced connection may take to arrive
 * @param certificatePoll how often the files of {@link ControlTls} are looked at
 * @param containerLinger for how long a container that was found at the shared socket is remembered after its last use
 */
public record RouterTimes(
        Duration connectDeadline,
        Duration shadowStall,
        Duration portRest,
        Duration announceTtl,
        Duration certificatePoll,
        Duration containerLinger) {

    /** 80 ms, 1 s, 3 min, 5 min, 5 s, 30 s. */
    public static final RouterTimes DEFAULT = new RouterTimes(
            Duration.ofMillis(80),
            Duration.ofSeconds(1),
            Duration.ofMinutes(3),
            Duration.ofMinutes(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30));

    /** The same with another {@link #connectDeadline}. */
    public RouterTimes withConnectDeadline(Duration value) {
        return new RouterTimes(value, shadowStall, portRest, announceTtl, certificatePoll, containerLinger);
    }

    /** The same with another {@link #shadowStall}. */
    public RouterTimes withShadowStall(Duration value) {
        return new RouterTimes(connectDeadline, value, portRest, announceTtl, certificatePoll, containerLinger);
    }

    /** The same with another {@link #portRest}. */
    public RouterTimes withPortRest(Duration value) {
        return new RouterTimes(connectDeadline, shadowStall, value, announceTtl, certificatePoll, containerLinger);
    }

    /** The same with another {@link #announceTtl}. */
    public RouterTimes withAnnounceTtl(Duration value) {
        return new RouterTimes(connectDeadline, shadowStall, portRest, value, certificatePoll, containerLinger);
    }

    /** The same with another {@link #certificatePoll}. */
    public RouterTimes withCertificatePoll(Duration value) {
        return new RouterTimes(connectDeadline, shadowStall, portRest, announceTtl, value, containerLinger);
    }

    /** The same with another {@link #containerLinger}. */
    public RouterTimes withContainerLinger(Duration value) {
        return new RouterTimes(connectDeadline, shadowStall, portRest, announceTtl, certificatePoll, value);
    }
}
