package io.slim.router.control.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.router.lab.TestAuthority;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpiryTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<String> told = new ArrayList<>();
    private final Expiry expiry = new Expiry(told::add);

    private static X509Certificate lasting(Duration life) throws Exception {
        return new TestAuthority("cluster")
                .issue(builder -> builder.notBefore(START).notAfter(START.plus(life)))
                .getCertificate();
    }

    @Test
    void isToldAWeekBeforeAndAtTheEndOnceEach() throws Exception {
        X509Certificate year = lasting(Duration.ofDays(365));
        expiry.check(year, START.plus(Duration.ofDays(357)));
        assertThat(told).isEmpty();
        expiry.check(year, START.plus(Duration.ofDays(359)));
        expiry.check(year, START.plus(Duration.ofDays(360)));
        assertThat(told).singleElement().asString().contains("expires at 2027-01-01T00:00:00Z");
        expiry.check(year, START.plus(Duration.ofDays(366)));
        expiry.check(year, START.plus(Duration.ofDays(367)));
        assertThat(told).hasSize(2).last().asString().contains("has expired at 2027-01-01T00:00:00Z");
    }

    @Test
    void oneThatLivesForADayIsNotLateAllTheTime() throws Exception {
        X509Certificate day = lasting(Duration.ofDays(1));
        expiry.check(day, START.plus(Duration.ofHours(19)));
        assertThat(told).isEmpty();
        expiry.check(day, START.plus(Duration.ofHours(20)));
        assertThat(told).hasSize(1);
    }

    @Test
    void aRenewedOneBeginsAnew() throws Exception {
        expiry.check(lasting(Duration.ofDays(1)), START.plus(Duration.ofDays(2)));
        X509Certificate renewed = lasting(Duration.ofDays(3));
        expiry.check(renewed, START.plus(Duration.ofDays(2)));
        assertThat(told).hasSize(1);
        expiry.check(renewed, START.plus(Duration.ofDays(4)));
        assertThat(told).hasSize(2);
    }
}
