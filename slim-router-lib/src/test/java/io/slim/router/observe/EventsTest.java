package io.slim.router.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.event.RouterEvent;
import io.slim.api.event.RouterListener;
import io.slim.router.lab.Eventually;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventsTest {

    private static final int BOUND = 8192;

    private final Counters counters = new Counters();

    private record Numbered(int number) implements RouterEvent {}

    private Events started(RouterListener... listeners) {
        Events events = new Events(new LinkedHashSet<>(List.of(listeners)), counters);
        events.start();
        return events;
    }

    @Test
    void eachListenerIsToldInOrderWhateverTheOthersDo() throws Exception {
        List<RouterEvent> told = new CopyOnWriteArrayList<>();
        Events events = started(
                event -> {
                    throw new IllegalStateException("on purpose");
                },
                event -> {
                    throw new StackOverflowError("on purpose");
                },
                told::add);
        List<Numbered> published =
                IntStream.range(0, 100).mapToObj(Numbered::new).toList();
        published.forEach(events::publish);
        events.close();
        assertThat(told).isEqualTo(published);
        assertThat(counters.get(Counter.PLUGIN_FAILURES)).isEqualTo(200);
    }

    @Test
    void aSlowListenerLosesEventsAndHoldsNobodyUp() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<RouterEvent> told = new CopyOnWriteArrayList<>();
        Events events = started(event -> {
            awaitUninterruptibly(release);
            told.add(event);
        });
        events.publish(new Numbered(-1));
        for (int i = 0; counters.get(Counter.EVENTS_DROPPED) < 10; i++) {
            assertThat(i).isLessThan(BOUND + 20);
            events.publish(new Numbered(i));
        }
        release.countDown();
        Eventually.get(told::size, size -> size >= BOUND);
        events.publish(new Numbered(-2));
        events.close();
        assertThat(told).hasSizeLessThanOrEqualTo(BOUND + 2).endsWith(new Numbered(-2));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aListenerThatHangsIsInterruptedWhenTheRouterCloses() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Events events = started(event -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        events.publish(new Numbered(0));
        events.publish(new Numbered(1));
        events.close();
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).as("interrupted").isTrue();
        Eventually.get(EventsTest::tellers, n -> n == 0);
    }

    @Test
    void aListenerMayCloseTheRouter() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        Events[] events = new Events[1];
        events[0] = started(event -> {
            events[0].close();
            closed.countDown();
        });
        events[0].publish(new Numbered(0));
        assertThat(closed.await(10, TimeUnit.SECONDS)).as("closed").isTrue();
        Eventually.get(EventsTest::tellers, n -> n == 0);
    }

    @Test
    void nobodyListens() {
        Events events = new Events(Set.of(), counters);
        events.start();
        assertThat(tellers()).isZero();
        events.publish(new Numbered(0));
        events.close();
        assertThat(counters.get(Counter.EVENTS_DROPPED)).isZero();
    }

    private static long tellers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("slim-events"))
                .count();
    }
}
