package io.slim.router.observe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Writes warnings that may repeat: each kind at most once in ten seconds, with the number left out in between.
 * Thread-safe; remembers a bounded number of kinds.
 */
public final class RareLog {

    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int KINDS = 256;

    private final Logger logger;
    private final LongSupplier nanoTime;
    private final Map<String, Kind> kinds = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kind> eldest) {
            return size() > KINDS;
        }
    };

    private static final class Kind {
        private long nextNanos;
        private long left;
    }

    /** Writes to that logger. */
    public RareLog(Logger logger) {
        this(logger, System::nanoTime);
    }

    RareLog(Logger logger, LongSupplier nanoTime) {
        this.logger = logger;
        this.nanoTime = nanoTime;
    }

    /**
     * Writes a warning, or counts it.
     *
     * @param kind what repeats: same kind, same warning
     */
    public void warn(String kind, String message, Object... arguments) {
        long left = admit(kind);
        if (left == 0) {
            logger.warn(message, arguments);
        } else if (left > 0) {
            logger.warn(message + " (and " + left + " times since the last such line)", arguments);
        }
    }

    /** How many were left out since the last line; negative if this one is left out too. */
    private synchronized long admit(String name) {
        long now = nanoTime.getAsLong();
        Kind kind = kinds.get(name);
        if (kind == null) {
            kind = new Kind();
            kind.nextNanos = now;
            kinds.put(name, kind);
        }
        if (now - kind.nextNanos < 0) {
            kind.left++;
            return -1;
        }
        long left = kind.left;
        kind.left = 0;
        kind.nextNanos = now + PERIOD_NANOS;
        return left;
    }
}
