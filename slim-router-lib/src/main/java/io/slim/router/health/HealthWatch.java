package io.slim.router.health;

import io.slim.api.RouterState;
import io.slim.api.event.RouterEvent.HealthChanged;
import io.slim.api.health.HealthStatus;
import io.slim.api.health.RouterHealth;
import io.slim.api.resolver.ResolverHealth;
import io.slim.api.status.CertificateStatus;
import io.slim.router.control.ControlSecurity;
import io.slim.router.control.Peers;
import io.slim.router.loop.RouterLoop;
import io.slim.router.observe.Events;
import io.slim.router.observe.Problems;
import io.slim.router.resolver.Resolving;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Says how the router is doing, when it is asked and when that changes. */
public final class HealthWatch {

    private static final long PERIOD_MILLIS = 1000;
    private static final long PATIENCE_MILLIS = 2000;

    private final RouterLoop loop;
    private final Peers peers;
    private final Resolving resolver;
    private final ControlSecurity security;
    private final Problems problems;
    private final Events events;
    /** Only the event loop touches it. */
    private @Nullable RouterHealth told;

    @Inject
    HealthWatch(
            RouterLoop loop,
            Peers peers,
            Resolving resolver,
            ControlSecurity security,
            Problems problems,
            Events events) {
        this.loop = loop;
        this.peers = peers;
        this.resolver = resolver;
        this.security = security;
        this.problems = problems;
        this.events = events;
    }

    /** Starts to tell of changes. */
    public void start() {
        loop.execute(() -> told = now());
        loop.repeat(this::tellChanges, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tellChanges() {
        RouterHealth before = told;
        RouterHealth now = now();
        if (before != null && !before.problems().equals(now.problems())) {
            told = now;
            events.publish(new HealthChanged(before, now));
        }
    }

    /** How it is doing. Only for the event loop, while the router runs. */
    public RouterHealth now() {
        ResolverHealth resolving = resolver.health();
        List<String> all = new ArrayList<>(problems.all());
        if (!resolving.fresh()) {
            all.add("resolver: " + resolving.detail());
        }
        security.certificate().flatMap(CertificateStatus::trouble).ifPresent(text -> all.add("certificate: " + text));
        return new RouterHealth(
                all.isEmpty() ? HealthStatus.HEALTHY : HealthStatus.DEGRADED,
                RouterState.RUNNING,
                resolving,
                peers.status(),
                all);
    }

    /** How a router in that state is doing. Not to be called by the event loop. */
    public RouterHealth ask(RouterState state) {
        if (state != RouterState.RUNNING) {
            return down(state, "the router is " + state + ", not RUNNING");
        }
        try {
            return loop.call(this::now, PATIENCE_MILLIS);
        } catch (Exception e) {
            return down(state, "the event loop does not answer: " + e);
        }
    }

    private RouterHealth down(RouterState state, String why) {
        return new RouterHealth(HealthStatus.DOWN, state, resolver.health(), List.of(), List.of(why));
    }
}
