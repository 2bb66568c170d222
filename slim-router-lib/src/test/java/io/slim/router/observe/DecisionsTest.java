package io.slim.router.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.api.status.DecisionTimes;
import io.slim.api.status.DecisionTimes.Bucket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DecisionsTest {

    @Test
    void eachTimeIsInTheBucketWhoseLimitItDoesNotPass() {
        Decisions decisions = new Decisions();
        decisions.add(0);
        decisions.add(50_000);
        decisions.add(50_001);
        decisions.add(Duration.ofSeconds(3).toNanos());
        DecisionTimes times = decisions.snapshot();
        assertThat(times.buckets())
                .startsWith(new Bucket(Duration.ofNanos(50_000), 2), new Bucket(Duration.ofNanos(100_000), 1))
                .endsWith(new Bucket(Duration.ofMillis(100), 0), new Bucket(Bucket.NO_LIMIT, 1));
        assertThat(times.count()).isEqualTo(4);
        assertThat(times.total()).isEqualTo(Duration.ofSeconds(3).plusNanos(100_001));
    }
}
