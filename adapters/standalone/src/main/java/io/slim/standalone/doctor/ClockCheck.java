package io.slim.standalone.doctor;

import java.time.Instant;
import java.util.List;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Whether the clock is right: certificates and logs of several hosts need that. */
final class ClockCheck implements Check {

    private static final int SIZE_OF_TIMEX = 256;
    /** Returned by adjtimex(2) for a clock that nobody keeps right. */
    private static final int TIME_ERROR = 5;

    /** The call that is needed. */
    public interface Libc {
        /** See adjtimex(2); with no modes it only reads. */
        int adjtimex(Pointer timex);
    }

    @Override
    public List<Finding> run() {
        Libc libc = LibraryLoader.create(Libc.class).load("c");
        Pointer timex = Memory.allocateDirect(Runtime.getRuntime(libc), SIZE_OF_TIMEX, true);
        String now = Instant.now().toString();
        return List.of(
                libc.adjtimex(timex) == TIME_ERROR
                        ? Finding.warn(
                                "clock",
                                now + ", not synchronised",
                                "run chrony or systemd-timesyncd: certificates depend on the time")
                        : Finding.ok("clock", now + ", synchronised"));
    }
}
