package io.slim.envoy;

import jnr.ffi.LibraryLoader;

/** kill(2): Java knows two signals alone. */
final class Kill {

    /** See kill(2). */
    public interface Libc {
        /** Returns -1 if there is no such process. */
        int kill(int pid, int signal);
    }

    private static final Libc LIBC = LibraryLoader.create(Libc.class).load("c");

    private Kill() {}

    static void send(long pid, int signal) {
        LIBC.kill(Math.toIntExact(pid), signal);
    }
}
