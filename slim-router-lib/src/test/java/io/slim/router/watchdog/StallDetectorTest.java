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
        return new AcceptQueue(cookies.length, Set.of(cookies));
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
    void whereConnectionsCannotBeToldApartTheLengthCounts() throws Exception {
        AcceptQueue three = new AcceptQueue(3, null);
        AcceptQueue two = new AcceptQueue(2, null);
        assertThat(look(0, three, AcceptQueue.EMPTY)).isFalse();
        assertThat(look(900, two, AcceptQueue.EMPTY)).isFalse();
        assertThat(look(1800, three, AcceptQueue.EMPTY)).isFalse();
        assertThat(look(1900, three, AcceptQueue.EMPTY)).isTrue();
    }
}
