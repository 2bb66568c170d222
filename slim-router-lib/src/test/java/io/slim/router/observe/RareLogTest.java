package io.slim.router.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RareLogTest {

    @Test
    void repeatsAreCountedNotWritten() {
        AtomicLong now = new AtomicLong();
        Logger logger = (Logger) LoggerFactory.getLogger("rare");
        logger.setAdditive(false);
        ListAppender<ILoggingEvent> written = new ListAppender<>();
        written.start();
        logger.addAppender(written);
        RareLog log = new RareLog(logger, now::get);
        for (int i = 0; i < 100; i++) {
            log.warn("a", "a {}", i);
        }
        log.warn("b", "b");
        now.addAndGet(TimeUnit.SECONDS.toNanos(11));
        log.warn("a", "a {}", 100);
        assertThat(written.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEqualTo(List.of("a 0", "b", "a 100 (and 99 times since the last such line)"));
    }
}
