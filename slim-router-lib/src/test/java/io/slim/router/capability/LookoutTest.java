package io.slim.router.capability;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import io.slim.router.lab.Eventually;
import io.slim.router.lab.LogWatch;
import io.slim.router.loop.RouterLoop;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LookoutTest {

    private static final Map<Long, String> NOTHING = Map.of();

    private final RouterLoop loop = Guice.createInjector().getInstance(RouterLoop.class);
    private final AtomicInteger runs = new AtomicInteger();
    private volatile Set<Long> believed = Set.of();
    private final Queue<Map<Long, String>> found = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() {
        loop.start();
    }

    @AfterEach
    void end() {
        loop.close();
    }

    private Lookout lookout(Scan scan) {
        return new Lookout(
                loop,
                namespaces -> {
                    runs.incrementAndGet();
                    return scan.run(namespaces);
                },
                () -> Set.of(1L),
                () -> believed,
                found::add);
    }

    private void lookUntil(Lookout lookout, int times) throws Exception {
        Eventually.get(
                () -> {
                    loop.run(lookout::look);
                    return runs.get();
                },
                count -> count >= times);
    }

    @Test
    void aScanThatFailsChangesNothingAndTheNextOneRuns() throws Exception {
        try (LogWatch log = new LogWatch(Lookout.class.getName())) {
            AtomicBoolean healthy = new AtomicBoolean();
            Lookout lookout = lookout(namespaces -> {
                if (healthy.get()) {
                    return NOTHING;
                }
                switch (runs.get() % 3) {
                    case 0 -> throw new IOException("no descriptor is left");
                    case 1 -> throw new DirectoryIteratorException(new IOException("gone"));
                    default -> throw new NumberFormatException("zz");
                }
            });
            lookUntil(lookout, 4);
            assertThat(found).isEmpty();
            assertThat(log.lines()).hasSize(1);
            healthy.set(true);
            Eventually.get(
                    () -> {
                        loop.run(lookout::look);
                        return List.copyOf(found);
                    },
                    all -> all.contains(NOTHING));
            assertThat(log.lines()).hasSize(1);
        }
    }

    @Test
    void whatIsFoundTwiceCounts() throws Exception {
        Lookout lookout = lookout(
                namespaces -> new HashMap<>(runs.get() == 1 ? Map.of(1L, "one", 2L, "two") : Map.of(1L, "one")));
        loop.run(lookout::look);
        Eventually.get(() -> List.copyOf(found), all -> all.contains(Map.of(1L, "one")));
        assertThat(runs).hasValue(2);
    }

    @Test
    void whatIsBelievedIsLookedForOnce() throws Exception {
        believed = Set.of(1L);
        Lookout lookout = lookout(namespaces -> new HashMap<>(Map.of(1L, "one")));
        loop.run(lookout::look);
        Eventually.get(() -> List.copyOf(found), all -> all.contains(Map.of(1L, "one")));
        assertThat(runs).hasValue(1);
    }

    @Test
    void whatTakesLongRests() throws Exception {
        Lookout lookout = lookout(namespaces -> {
            LockSupport.parkNanos(1_000_000_000);
            return NOTHING;
        });
        lookUntil(lookout, 1);
        Eventually.get(() -> List.copyOf(found), all -> all.contains(NOTHING));
        Eventually.get(() -> isLooking(), looking -> !looking);
        loop.run(lookout::look);
        assertThat(isLooking()).isFalse();
        assertThat(runs).hasValue(1);
    }

    private static boolean isLooking() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("slim-capabilities"));
    }

    @Test
    void nothingIsFoundAnyMoreWhenItIsClosed() throws Exception {
        Lookout lookout = lookout(namespaces -> {
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.park();
            }
            return NOTHING;
        });
        loop.run(lookout::look);
        Eventually.get(runs::get, count -> count == 1);
        loop.run(lookout::close);
        Eventually.get(() -> isLooking(), looking -> !looking);
        loop.run(() -> {});
        assertThat(found).isEmpty();
    }
}
