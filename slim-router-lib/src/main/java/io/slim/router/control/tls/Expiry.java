package io.slim.router.control.tls;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells, once each, that a certificate is about to expire and that it has. Used by one thread at a time. */
final class Expiry {

    private static final Duration SOON = Duration.ofDays(7);

    private final Consumer<String> teller;
    private @Nullable X509Certificate certificate;
    private State told = State.FINE;
    private Optional<String> trouble = Optional.empty();

    private enum State {
        FINE,
        SOON,
        OVER
    }

    Expiry(Consumer<String> teller) {
        this.teller = teller;
    }

    void check(X509Certificate own, Instant now) {
        if (!own.equals(certificate)) {
            certificate = own;
            told = State.FINE;
            trouble = Optional.empty();
        }
        Instant end = own.getNotAfter().toInstant();
        State state = now.isAfter(end) ? State.OVER : now.plus(lead(own)).isAfter(end) ? State.SOON : State.FINE;
        if (state.compareTo(told) > 0) {
            told = state;
            String text = text(state, end);
            trouble = Optional.of(text);
            teller.accept(text);
        }
    }

    /** What is wrong with the certificate that was looked at last. */
    Optional<String> trouble() {
        return trouble;
    }

    private static String text(State state, Instant end) {
        return state == State.OVER
                ? "this host's certificate has expired at " + end
                        + ": peers refuse it, their connections take the overlay"
                : "this host's certificate expires at " + end + ": have it renewed";
    }

    /** Certificates that are made for a day or two are renewed later than a week before their end. */
    private static Duration lead(X509Certificate own) {
        Duration life = Duration.between(
                own.getNotBefore().toInstant(), own.getNotAfter().toInstant());
        Duration fifth = life.dividedBy(5);
        return fifth.compareTo(SOON) < 0 ? fifth : SOON;
    }
}
