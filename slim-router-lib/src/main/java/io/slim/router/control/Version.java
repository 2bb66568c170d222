package io.slim.router.control;

import io.slim.router.control.Wire.Hello;

/** Which version of the protocol two routers use: the highest that both speak. */
final class Version {

    static final int LOWEST = 1;
    static final int HIGHEST = 2;

    /** Since this version there are grants. */
    static final int GRANTS = 2;

    private Version() {}

    /** The version to use with a peer; 0 if there is none. */
    static int common(Hello peer) throws ControlProtocolException {
        if (Integer.compareUnsigned(peer.getLowestVersion(), peer.getHighestVersion()) > 0) {
            throw new ControlProtocolException("versions: " + text(peer) + " (expected: the lowest first)");
        }
        if (Integer.compareUnsigned(peer.getLowestVersion(), HIGHEST) > 0
                || Integer.compareUnsigned(peer.getHighestVersion(), LOWEST) < 0) {
            return 0;
        }
        return Integer.compareUnsigned(peer.getHighestVersion(), HIGHEST) < 0 ? peer.getHighestVersion() : HIGHEST;
    }

    /** Why there is none, for both operators to read. */
    static String mismatch(Hello peer) {
        return "it speaks versions " + text(peer) + " of the control protocol, this router " + LOWEST + " to " + HIGHEST
                + ": upgrade the older one; until then connections between the two hosts take the overlay";
    }

    private static String text(Hello peer) {
        return Integer.toUnsignedString(peer.getLowestVersion()) + " to "
                + Integer.toUnsignedString(peer.getHighestVersion());
    }
}
