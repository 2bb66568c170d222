package io.slim.router.confine;

import io.slim.router.sys.SockDiag;
import java.io.IOException;

/** What listens in this network namespace, as the kernel sees it. */
final class ListeningPorts {

    private ListeningPorts() {}

    /** The port of the socket with that cookie. */
    static int of(long cookie) throws IOException {
        try (SockDiag host = SockDiag.here()) {
            return host.listening().stream()
                    .filter(socket -> socket.cookie() == cookie)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no socket with cookie " + cookie + " listens"))
                    .port();
        }
    }
}
