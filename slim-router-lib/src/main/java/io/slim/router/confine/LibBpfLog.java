package io.slim.router.confine;

import io.slim.router.sys.LibBpf;
import io.slim.router.sys.Libc;
import io.slim.router.sys.SystemCallException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What libbpf prints while it works, for the message if it fails. */
final class LibBpfLog {

    private static final Logger LOG = LoggerFactory.getLogger(LibBpfLog.class);
    private static final int LOG_LINE = 1024;
    private static final int LINES_KEPT = 20;

    private static final List<String> LINES = new ArrayList<>();
    /** libbpf keeps it for the life of the process, so it must never be collected. */
    private static final LibBpf.Printer PRINTER = LibBpfLog::print;

    private LibBpfLog() {}

    /** Forgets what was printed before. */
    static void begin(LibBpf bpf) {
        synchronized (LINES) {
            LINES.clear();
            bpf.libbpf_set_print(PRINTER);
        }
    }

    private static int print(int level, String format, @Nullable Pointer arguments) {
        if (level > 1) {
            return 0;
        }
        Pointer line = Memory.allocateDirect(Libc.RUNTIME, LOG_LINE);
        int length = Libc.INSTANCE.vsnprintf(line, LOG_LINE, format, arguments);
        if (length > 0) {
            byte[] bytes = new byte[Math.min(length, LOG_LINE - 1)];
            line.get(0, bytes, 0, bytes.length);
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            LOG.debug("{}", text);
            synchronized (LINES) {
                LINES.add(text);
                if (LINES.size() > LINES_KEPT) {
                    LINES.remove(0);
                }
            }
        }
        return length;
    }

    /** That it failed, with what libbpf had to say about it. */
    static SystemCallException failure(String what, int error) {
        synchronized (LINES) {
            return new SystemCallException(what, LINES.isEmpty() ? "" : String.join("\n", LINES), error);
        }
    }

    /** Throws if it is a negative errno. */
    static void check(int result, String what) throws SystemCallException {
        if (result < 0) {
            throw failure(what, -result);
        }
    }
}
