package io.slim.router.confine;

import io.slim.api.Endpoint;

/**
 * A connection of a container that has ended.
 *
 * @param container as it was admitted; its number if it was dismissed a while ago
 * @param accepted whether the container was its server
 * @param local the container's own overlay endpoint
 * @param remote the other end's
 * @param sent bytes that the other end has acknowledged
 * @param received bytes
 * @param sinceNanos when it began: a client's with its SYN, a server's when it was there
 * @param untilNanos when it ended
 * @param retransmits segments sent again
 * @param rttMicros the kernel's last estimate of the round trip
 */
public record Flow(
        String container,
        boolean accepted,
        Endpoint local,
        Endpoint remote,
        long sent,
        long received,
        long sinceNanos,
        long untilNanos,
        long retransmits,
        long rttMicros) {}
