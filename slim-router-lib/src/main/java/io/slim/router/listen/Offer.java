package io.slim.router.listen;

/**
 * A listener that clients can be sent to.
 *
 * @param port of its shadows, on this host
 * @param shadowId what grants call them; 0 in non-secure mode
 */
public record Offer(int port, int shadowId) {}
