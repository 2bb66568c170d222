package io.slim.router.confine;

/**
 * Something that a host lacks.
 *
 * @param what it is, with what was found
 * @param remedy what to do
 */
public record MissingPiece(String what, String remedy) {

    @Override
    public String toString() {
        return what + " (" + remedy + ")";
    }
}
