package io.slim.router.sys;

import java.io.IOException;

/** A system call failed. The message names the call, its subject and the error. */
public final class SystemCallException extends IOException {

    private static final long serialVersionUID = 1L;

    private static final int EADDRINUSE = 98;

    private final int errno;

    /**
     * What failed.
     *
     * @param call its name
     * @param subject with which value
     * @param errno why
     */
    public SystemCallException(String call, Object subject, int errno) {
        super(call + " " + subject + ": " + Libc.INSTANCE.strerror(errno) + " (errno " + errno + ")");
        this.errno = errno;
    }

    /** Error number, as in {@code errno(3)}. */
    public int errno() {
        return errno;
    }

    /** EADDRINUSE: another socket has the address. */
    public boolean isAddressInUse() {
        return errno == EADDRINUSE;
    }
}
