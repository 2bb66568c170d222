package io.slim.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.policy.Attempts.Result;
import io.slim.testbed.Container;
import io.slim.testbed.Node;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import java.time.Duration;
import java.util.Optional;

/**
 * A rule that appears in the way of one client and a listener of its own, and goes again, while the client connects. Each step is taken with many at the
 * same time; none is in the way of another.
 */
final class Trial implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(10);

    private final Rule rule;
    private final String text;
    private final int port;
    private final Running server;
    private final Attempts attempts;
    private Optional<Rules> rules = Optional.empty();
    private long changed;

    /**
     * What is tried.
     *
     * @param refused what becomes of connections while the rule is there
     * @param node where the rule is
     * @param chain type, hook and priority
     * @param rule with {@code %d} for the listener's port
     */
    record Rule(Result refused, Node node, String family, String chain, String rule) {}

    /** Starts the server and the client, which goes on until this is closed. */
    static Trial start(TestBed bed, Rule rule, Container client, Container to, boolean six, int port) {
        Running server = to.slim().start(bed.probe().toString(), "serve", "" + port);
        server.waitForListener(port, READY);
        return new Trial(rule, port, server, Attempts.start(client, six ? to.address6() : to.address(), port));
    }

    private Trial(Rule rule, int port, Running server, Attempts attempts) {
        this.rule = rule;
        this.text = rule.rule().formatted(port);
        this.port = port;
        this.server = server;
        this.attempts = attempts;
    }

    void awaitBypass() {
        attempts.await(Result.HOST, 0);
    }

    void addRule() {
        rules = Optional.of(Rules.add(rule.node(), rule.family(), "trial" + port, rule.chain(), text));
        changed = Attempts.now();
    }

    /** Whoever connects after the period meets the rule. */
    void assertRefusedAfter(long periodMillis) {
        attempts.assertAll(toString(), changed + periodMillis, rule.refused());
    }

    void removeRule() {
        rules.ifPresent(Rules::remove);
        changed = Attempts.now();
    }

    /** Nothing fails any more, and before long connections are past the overlay again. */
    void assertBypassedAgainWithin(long millis) {
        assertThat(attempts.await(Result.HOST, changed) - changed)
                .as("%s: milliseconds until the host path is taken again", this)
                .isLessThan(millis);
        attempts.assertAll(toString(), changed, Result.OVERLAY, Result.HOST);
    }

    @Override
    public String toString() {
        return rule.node().name() + ": " + rule.chain() + ": " + text;
    }

    @Override
    public void close() {
        rules.ifPresent(Rules::remove);
        attempts.close();
        server.close();
    }
}
