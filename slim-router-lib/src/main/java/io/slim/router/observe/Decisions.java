package io.slim.router.observe;

import io.slim.api.status.DecisionTimes;
import io.slim.api.status.DecisionTimes.Bucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** How long decisions took. Thread-safe; adding costs two atomic additions. */
final class Decisions {

    /** From an answer that was ready to the longest deadline; each about 2.5 times the one before. */
    private static final long[] LIMIT_MICROS = {50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000};

    private final AtomicLongArray counts = new AtomicLongArray(LIMIT_MICROS.length + 1);
    private final LongAdder totalNanos = new LongAdder();

    void add(long nanos) {
        int bucket = 0;
        while (bucket < LIMIT_MICROS.length && nanos > LIMIT_MICROS[bucket] * 1000) {
            bucket++;
        }
        counts.incrementAndGet(bucket);
        totalNanos.add(nanos);
    }

    void clear() {
        for (int i = 0; i < counts.length(); i++) {
            counts.set(i, 0);
        }
        totalNanos.reset();
    }

    DecisionTimes snapshot() {
        List<Bucket> buckets = new ArrayList<>();
        for (int i = 0; i < counts.length(); i++) {
            Duration limit = i < LIMIT_MICROS.length ? Duration.ofNanos(LIMIT_MICROS[i] * 1000) : Bucket.NO_LIMIT;
            buckets.add(new Bucket(limit, counts.get(i)));
        }
        return new DecisionTimes(buckets, Duration.ofNanos(totalNanos.sum()));
    }
}
