package io.slim.router.proof;

import io.slim.router.sys.Redirects;
import java.io.IOException;

/** A namespace has rules that redirect TCP connections: what they redirect to must not be bypassed. */
final class RedirectedException extends IOException {

    private static final long serialVersionUID = 1L;

    private RedirectedException(String where) {
        super("its own rules redirect TCP connections: " + where + " (accept-redirects bypasses them)");
    }

    /** Looks in the namespace of the calling thread. */
    static void check(boolean accepted) throws IOException {
        String where = accepted ? null : Redirects.find();
        if (where != null) {
            throw new RedirectedException(where);
        }
    }
}
