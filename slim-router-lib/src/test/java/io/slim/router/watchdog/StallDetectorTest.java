package io.slim.router.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class StallDetectorTest {

    private final StallDetector detector = new StallDetector(1000);

    private boolean look(long at, AcceptQueue shadow, AcceptQueue original) throws Exception {
        return detector.waiting(1, at, () -> shadow, () -> original);
    }

    private static AcceptQueue queue(Long... cookies) {
        return new AcceptQueue(cookies.length, Set.of(cookies), true);
    }

    @Test
    void aQueueThatStandsStillWhileTheOriginalIsEmpty() throws Exception {
        assertThat(look(0, queue(1L), AcceptQueue.EMPTY)).isFalse();
        assertThat(look(500, queue(1L, 2L), AcceptQueue.EMPTY)).isFalse();
        assertThat(look(1000, queue(1L, 2L, 3L), AcceptQueue.EMPTY)).isTrue();
    }

    @Test
    void aQueueThatMoves() throws Exception {
        for (int at = 0; at < 10_000; at += 250) {
            long first = at;
            assertThat(look(at, queue(first, first + 250, first + 500), AcceptQueue.EMPTY))
                    .isFalse();
        }
    }

    @Test
    void aQueueThatWasEmptyInBetween() throws Exception {
        look(0, queue(1L), AcceptQueue.EMPTY);
        detector.empty(1);
        assertThat(look(1500, queue(1L), AcceptQueue.EMPTY)).isFalse();
    }

    @Test
    void anApplicationThatTakesFromNeitherIsBusy() throws Exception {
        assertThat(look(0, queue(1L), queue(7L))).isFalse();
        assertThat(look(1000, queue(1L), queue(7L, 8L))).isFalse();
        assertThat(look(2000, queue(1L), queue(8L, 9L)))
                .as("now it takes from the original alone")
                .isTrue();
    }

    @Test
    void aQueueThatMovesWhileItIsRead() throws Exception {
        AcceptQueue justTaken = new AcceptQueue(3, Set.of(), true);
        for (int at = 0; at < 5000; at += 250) {
            assertThat(look(at, at % 500 == 0 ? justTaken : queue(1000L + at), AcceptQueue.EMPTY))
                    .isFalse();
        }
    }

    @Test
    void ofSeveralSocketsOnAPortOneMayStandStill() throws Exception {
        assertThat(look(0, ofSeveral(1L, 2L, 3L), AcceptQueue.EMPTY)).isFalse();
        assertThat(look(900, ofSeveral(4L, 5L, 6L), AcceptQueue.EMPTY)).isFalse();
        assertThat(look(1800, ofSeveral(6L, 7L), AcceptQueue.EMPTY)).isFalse();
        assertThat(look(1900, ofSeveral(6L, 8L), AcceptQueue.EMPTY)).isTrue();
    }

    private static AcceptQueue ofSeveral(Long... cookies) {
        return new AcceptQueue(1, Set.of(cookies), false);
    }
}
