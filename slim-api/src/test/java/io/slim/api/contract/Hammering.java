package io.slim.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Asks a plug-in as the router does, and sees what it leaves. */
final class Hammering {

    private static final int THREADS = 4;
    private static final int QUESTIONS = 5000;
    /** A question to a disk or another machine takes longer on average, on a busy machine too. */
    private static final long MOST_MICROS_PER_QUESTION = 500;

    private static final long SOON_MILLIS = 10_000;

    private Hammering() {}

    static <T> void assertQuick(Callable<T> question, T expected) throws Exception {
        ExecutorService askers = Executors.newFixedThreadPool(THREADS);
        try {
            long start = System.nanoTime();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(askers.submit(() -> {
                    for (int j = 0; j < QUESTIONS; j++) {
                        assertThat(question.call()).isEqualTo(expected);
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
            long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start) / QUESTIONS;
            assertThat(micros).as("microseconds for a question").isLessThan(MOST_MICROS_PER_QUESTION);
        } finally {
            askers.shutdown();
        }
    }

    static Set<Thread> threads() {
        return new HashSet<>(Thread.getAllStackTraces().keySet());
    }

    /** All threads that were started from here and were not there before end soon; the JVM's own are in other groups. */
    static void assertEnded(Set<Thread> before) throws InterruptedException {
        ThreadGroup here = Thread.currentThread().getThreadGroup();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SOON_MILLIS);
        for (Thread thread : threads()) {
            if (!before.contains(thread) && thread.getThreadGroup() == here) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
                assertThat(thread.isAlive()).as("%s lives on", thread).isFalse();
            }
        }
    }
}
