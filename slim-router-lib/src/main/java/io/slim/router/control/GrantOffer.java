package io.slim.router.control;

import io.slim.router.confine.GrantKey;

/**
 * What a server's router has granted.
 *
 * @param shadowPort where to connect to, on the server's host
 * @param id number of the grant there, not 0
 * @param key that both kernels share
 * @param validMillis for how long it holds, from the question on; positive
 * @param sendRate most bytes per second that may be sent, 0 = not limited
 */
public record GrantOffer(int shadowPort, int id, GrantKey key, long validMillis, long sendRate) {}
