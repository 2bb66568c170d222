package io.slim.resolver.common;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.slim.api.resolver.Resolution;
import io.slim.api.resolver.Resolution.Nowhere;
import io.slim.api.resolver.table.Prefix;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SourceResolverTest {

    private static final SourceTimes QUICK = new SourceTimes(
            Duration.ofMillis(400),
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            Duration.ofMillis(1),
            Duration.ofMillis(20));
    private static final SourceTimes PATIENT = QUICK.withStaleAfter(Duration.ofMinutes(5));
    private static final InetAddress ADDRESS = Prefix.address("10.32.0.1");
    private static final Resolution ON_A = Resolution.on(Prefix.address("192.168.77.1"));
    private static final Resolution ON_B = Resolution.on(Prefix.address("192.168.77.2"));

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) org.slf4j.LoggerFactory.getLogger(SourceResolver.class);
    private final Script script = new Script();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    @FunctionalInterface
    private interface Step {
        void run(Source.Feed feed) throws Exception;
    }

    /** Does what it is told, one thing after the other; the last thing that failed goes on failing. */
    private static final class Script implements Source {

        private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
        private final AtomicInteger calls = new AtomicInteger();
        private volatile boolean away;

        @Override
        public void follow(Feed feed) throws Exception {
            calls.incrementAndGet();
            while (true) {
                if (away) {
                    throw new IOException("connection refused");
                }
                Step step = steps.poll(5, TimeUnit.MILLISECONDS);
                if (step != null) {
                    step.run(feed);
                }
            }
        }
    }

    private static Step says(Resolution resolution) {
        OverlayTable table = OverlayTable.builder().answer(ADDRESS, resolution).build();
        return feed -> feed.publish(table, "7");
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(2);
        }
    }

    private List<String> warnings() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void aSourceThatIsAwayAtTheStartIsNoReasonToWaitNorToFail() throws Exception {
        script.away = true;
        try (SourceResolver resolver = SourceResolver.start("x", script, PATIENT)) {
            assertThat(resolver.resolve(ADDRESS)).isEqualTo(Nowhere.UNKNOWN);
            assertThat(resolver.health().fresh()).isFalse();
            assertThat(resolver.health().detail()).contains("connection refused", "nothing is known yet");
            script.away = false;
            script.steps.add(says(ON_A));
            await(() -> resolver.resolve(ADDRESS).equals(ON_A));
            await(() -> resolver.health().fresh());
            assertThat(resolver.health().detail()).isEqualTo("1 addresses, 0 prefixes, revision 7");
        }
    }

    @Test
    void whatIsKnownHoldsWhileTheSourceIsAwayAndIsToldOnce() throws Exception {
        script.steps.add(says(ON_A));
        try (SourceResolver resolver = SourceResolver.start("x", script, PATIENT)) {
            script.away = true;
            await(() -> script.calls.get() > 50);
            assertThat(resolver.resolve(ADDRESS)).isEqualTo(ON_A);
            assertThat(resolver.health().fresh()).isFalse();
            assertThat(warnings())
                    .containsExactly("x: connection refused; what it said last holds for 300 s (told once, not for each"
                            + " attempt)");
        }
    }

    @Test
    void whatIsTooOldIsUnknownAndThatIsTold() throws Exception {
        script.steps.add(says(ON_A));
        try (SourceResolver resolver = SourceResolver.start("x", script, QUICK)) {
            CountDownLatch told = new CountDownLatch(1);
            resolver.onChange(() -> {
                if (resolver.resolve(ADDRESS).equals(Nowhere.UNKNOWN)) {
                    told.countDown();
                }
            });
            script.away = true;
            told.await();
            assertThat(resolver.health().detail()).contains("too old to be used");
            script.away = false;
            script.steps.add(Source.Feed::confirm);
            await(() -> resolver.resolve(ADDRESS).equals(ON_A));
        }
    }

    @Test
    void confirmationsKeepWhatIsKnownInForce() throws Exception {
        script.steps.add(says(ON_A));
        AtomicInteger told = new AtomicInteger();
        try (SourceResolver resolver = SourceResolver.start("x", script, QUICK)) {
            resolver.onChange(told::incrementAndGet);
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1000);
            while (System.nanoTime() < end) {
                script.steps.add(Source.Feed::confirm);
                assertThat(resolver.resolve(ADDRESS)).isEqualTo(ON_A);
                Thread.sleep(10);
            }
            script.steps.add(says(ON_A));
            await(script.steps::isEmpty);
            assertThat(told).as("nothing has changed").hasValue(0);
            script.steps.add(says(ON_B));
            await(() -> told.get() == 1);
            assertThat(resolver.resolve(ADDRESS)).isEqualTo(ON_B);
        }
    }

    @Test
    void aSourceThatIsSilentIsNotWell() throws Exception {
        script.steps.add(says(ON_A));
        try (SourceResolver resolver =
                SourceResolver.start("x", script, PATIENT.withSilentAfter(Duration.ofMillis(50)))) {
            await(() -> !resolver.health().fresh());
            assertThat(resolver.health().detail()).contains("silent", "still used", "revision 7");
            assertThat(resolver.resolve(ADDRESS)).isEqualTo(ON_A);
        }
    }

    @Test
    void aSourceThatHangsIsClosedAllTheSame() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        script.steps.add(feed -> {
            hanging.countDown();
            new CountDownLatch(1).await();
        });
        SourceTimes impatient = new SourceTimes(
                Duration.ofMillis(400),
                Duration.ofSeconds(3),
                Duration.ofMillis(50),
                Duration.ofMillis(1),
                Duration.ofMillis(20));
        SourceResolver resolver = SourceResolver.start("x", script, impatient);
        hanging.await();
        assertThat(resolver.health())
                .satisfies(health -> assertThat(health.fresh()).isFalse());
        long start = System.nanoTime();
        resolver.close();
        resolver.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("slim-resolver-x"));
    }

    @Test
    void aSourceThatFailsBadlyOrEndsIsReadAgain() throws Exception {
        script.steps.add(feed -> {
            throw new OutOfMemoryError("on purpose");
        });
        script.steps.add(feed -> Thread.currentThread().interrupt());
        script.steps.add(feed -> {
            throw new IllegalStateException();
        });
        script.steps.add(says(ON_A));
        try (SourceResolver resolver = SourceResolver.start("x", script, PATIENT)) {
            await(() -> resolver.resolve(ADDRESS).equals(ON_A));
        }
    }

    @Test
    void twoSayingsThatDifferCancelEachOtherOut() {
        OverlayTable table = OverlayTable.builder()
                .answer(ADDRESS, ON_A)
                .answer(ADDRESS, ON_B)
                .prefix(Prefix.parse("10.32.0.0/12"), Prefix.address("192.168.77.3"))
                .overlay(Prefix.parse("10.0.0.0/8"))
                .build();
        assertThat(table.resolve(ADDRESS)).isEqualTo(Nowhere.UNKNOWN);
        assertThat(table.resolve(Prefix.address("10.33.0.1"))).isEqualTo(Resolution.on(Prefix.address("192.168.77.3")));
        assertThat(table.resolve(Prefix.address("10.64.0.1"))).isEqualTo(Nowhere.UNKNOWN);
        assertThat(table.resolve(Prefix.address("11.0.0.1"))).isEqualTo(Nowhere.NOT_OVERLAY);
    }

    @Test
    void waitsGrowAndDiffer() {
        BackOff backOff = new BackOff(Duration.ofMillis(100), Duration.ofSeconds(10));
        long most = 100;
        for (int i = 0; i < 20; i++) {
            assertThat(backOff.next().toMillis()).isBetween(most / 2, most);
            most = Math.min(10_000, most * 2);
        }
        backOff.reset();
        assertThat(backOff.next().toMillis()).isBetween(50L, 100L);
    }
}
