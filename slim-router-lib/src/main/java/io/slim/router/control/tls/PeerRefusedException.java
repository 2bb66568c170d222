package io.slim.router.control.tls;

/** A peer cannot prove for which host it speaks. */
public final class PeerRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    PeerRefusedException(String message) {
        super(message);
    }
}
