package io.slim.router.admin;

/** What an operator wants cannot be done; the message says why, and what to do. */
final class AdminException extends Exception {

    private static final long serialVersionUID = 1L;

    AdminException(String message) {
        super(message);
    }
}
