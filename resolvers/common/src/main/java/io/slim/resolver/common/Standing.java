package io.slim.resolver.common;

import io.slim.api.resolver.ResolverHealth;
import io.slim.api.resolver.ResolverSource;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** How things stand with a source: when it was heard last, and what is wrong. Logs an outage once. Thread-safe. */
final class Standing {

    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int MOST_TEXT = 300;

    private final String name;
    private final Duration staleAfter;
    private final long staleNanos;
    private final long silentNanos;
    private final Logger log;
    private volatile boolean heardEver;
    private volatile long heardNanos;
    private Instant heardAt = Instant.EPOCH;
    private String revision = "";
    private @Nullable Trouble trouble;
    private Optional<String> lastError = Optional.empty();
    private boolean expired;
    private boolean warnedEver;
    private long warnedNanos;

    private record Trouble(Instant since, String what) {}

    Standing(String name, SourceTimes times, Logger log) {
        this.name = name;
        this.staleAfter = times.staleAfter();
        this.silentNanos = times.silentAfter().toNanos();
        this.staleNanos = staleAfter.toNanos();
        this.log = log;
    }

    boolean isTooOld() {
        return !heardEver || System.nanoTime() - heardNanos > staleNanos;
    }

    /** Tells whether answers come again that had become too old. */
    synchronized boolean heard(String newRevision, OverlayTable table) {
        boolean first = !heardEver;
        revision = newRevision;
        boolean again = confirmed(table);
        if (first) {
            log.info("{}: {}{}", name, table, suffix());
        }
        return again;
    }

    /** As {@link #heard}, with nothing new. */
    synchronized boolean confirmed(OverlayTable table) {
        boolean again = expired;
        expired = false;
        heardNanos = System.nanoTime();
        heardAt = now();
        heardEver = true;
        if (trouble != null) {
            log.info("{}: the source answers again: {}{}", name, table, suffix());
            trouble = null;
        }
        return again;
    }

    synchronized void failed(Throwable why) {
        String what = text(why);
        lastError = Optional.of(what);
        if (trouble != null) {
            trouble = new Trouble(trouble.since(), what);
            log.debug("{}: {}", name, what, why);
            return;
        }
        trouble = new Trouble(now(), what);
        if (warnedEver && System.nanoTime() - warnedNanos < QUIET_NANOS) {
            log.debug("{}: {}", name, what, why);
            return;
        }
        warnedEver = true;
        warnedNanos = System.nanoTime();
        String holds = isTooOld()
                ? "connections take the overlay"
                : "what it said last holds for " + staleAfter.toSeconds() + " s";
        if (why instanceof Error || why instanceof NullPointerException) {
            log.warn("{}: {}; {}", name, what, holds, why);
        } else {
            log.warn("{}: {}; {} (told once, not for each attempt)", name, what, holds);
        }
    }

    /** True once, when what is known has become too old. */
    synchronized boolean hasJustExpired() {
        if (expired || !heardEver || !isTooOld()) {
            return false;
        }
        expired = true;
        log.warn("{}: nothing heard of the source since {}: connections take the overlay", name, heardAt);
        return true;
    }

    synchronized ResolverHealth health(OverlayTable table) {
        ResolverHealth health = freshness(table);
        Optional<Instant> confirmed = heardEver ? Optional.of(heardAt) : Optional.empty();
        return health.from(new ResolverSource(name, health.fresh(), confirmed, lastError));
    }

    private ResolverHealth freshness(OverlayTable table) {
        if (trouble != null) {
            return ResolverHealth.stale("since " + trouble.since() + ": " + trouble.what() + "; " + holds());
        }
        if (isTooOld() || System.nanoTime() - heardNanos > silentNanos) {
            return ResolverHealth.stale(
                    heardEver ? "the source is silent; " + holds() : "the source has not answered yet");
        }
        return new ResolverHealth(true, table + suffix());
    }

    private String holds() {
        if (!heardEver) {
            return "nothing is known yet";
        }
        return "heard last at " + heardAt + suffix() + (isTooOld() ? ": too old to be used" : ", still used");
    }

    private String suffix() {
        return revision.isEmpty() ? "" : ", revision " + revision;
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    /** The messages of some exceptions say with what, but not what. */
    private static String message(Throwable why) {
        String kind = why.getClass().getSimpleName();
        if (why.getMessage() == null) {
            return kind;
        }
        return why instanceof FileSystemException || why instanceof UnknownHostException
                ? kind + ": " + why.getMessage()
                : why.getMessage();
    }

    /** In one line, with the causes, which often say more than the exception itself. */
    private static String text(Throwable why) {
        StringBuilder text = new StringBuilder();
        Throwable at = why;
        for (int depth = 0; at != null && depth < 4; depth++) {
            String message = message(at);
            if (text.indexOf(message) < 0) {
                text.append(text.isEmpty() ? "" : ": ").append(message);
            }
            at = at.getCause();
        }
        String line = text.toString().replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= MOST_TEXT ? line : line.substring(0, MOST_TEXT) + "...";
    }
}
