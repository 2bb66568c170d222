package io.slim.router.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP port that nobody uses at present on any address, below those that the kernel hands out: else somebody's outgoing
 * connection, or what remains of one, may have it by the time it is needed.
 */
public final class FreePort {

    private static final int FIRST = 10_000;
    private static final int BEHIND_LAST = 32_000;
    private static final int TRIES = 1000;

    private FreePort() {}

    /** Finds one. */
    public static int find() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, BEHIND_LAST);
            try (ServerSocket probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(port));
                return port;
            } catch (IOException taken) {
                // The next one.
            }
        }
        throw new AssertionError("no free port among " + TRIES);
    }
}
