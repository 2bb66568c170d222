package io.slim.it.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.slim.it.OverlayWatch;
import io.slim.testbed.Container;
import io.slim.testbed.Eventually;
import io.slim.testbed.Host;
import io.slim.testbed.Router;
import io.slim.testbed.Running;
import io.slim.testbed.TestBed;
import io.slim.testbed.junit.RequiresHost;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A container moves to another host while a client of a third asks it all the time, and where it was another container
 * answers on the same port. Clients reach it at the new place within two seconds, soon over the host's network, and nobody
 * else at any time.
 */
@RequiresHost(
        programs = {"python3", "etcd", "etcdctl"},
        slim = true)
class MoveTest {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final long AT_MOST_MILLIS = 2000;
    private static final int QUIET_VISITS = 20;

    @ParameterizedTest
    @EnumSource
    void aContainerMoves(Overlay overlay) throws Exception {
        try (TestBed bed = TestBed.builder().hosts(3).containersPerHost(2).build()) {
            overlay.start(bed);
            List<Router> routers = bed.hosts().stream()
                    .map(host -> host.startRouter("--resolver", overlay.resolver(), "--connect-deadline-ms", "4000"))
                    .toList();
            try {
                move(bed, overlay);
            } catch (AssertionError e) {
                throw new AssertionError(
                        String.join("\n", routers.stream().map(Router::log).toList()), e);
            }
        }
    }

    private static void move(TestBed bed, Overlay overlay) throws Exception {
        Visits visits = new Visits(bed);
        Container client = bed.container(1);
        Container moving = bed.container(2);
        Container foreign = bed.container(5);
        Host elsewhere = bed.host(3);
        assertThat(foreign.host()).isSameAs(moving.host());
        Running before = visits.serve(moving);
        visits.serve(foreign);
        Running visitor = visits.visit(client, moving);
        awaitBypass(bed, visitor);

        before.kill();
        moving.moveTo(elsewhere);
        overlay.tell(bed, Overlay.places(bed));
        Running after = visits.serve(moving);
        after.waitForListener(Visits.PORT, SOON);
        int asked = Visits.answers(visitor, 0).size();
        long start = System.nanoTime();
        Eventually.await("it is reached at the new place", SOON, () -> Visits.answers(visitor, asked)
                .contains("c2"));
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                .as("milliseconds until it is reached")
                .isLessThan(AT_MOST_MILLIS);
        awaitBypass(bed, visitor);
        assertThat(Visits.answers(visitor, 0)).as("who was reached").isSubsetOf("c2", "-");
    }

    /** So many visits in a row that the overlay does not see. */
    private static void awaitBypass(TestBed bed, Running visitor) {
        Eventually.await("visits bypass the overlay", SOON, () -> {
            int from = Visits.answers(visitor, 0).size();
            OverlayWatch watch = OverlayWatch.start(bed);
            Eventually.holdsWithin(SOON, () -> Visits.answers(visitor, from).size() >= QUIET_VISITS);
            List<String> answers = Visits.answers(visitor, from);
            return watch.isUnused() && !answers.isEmpty() && answers.stream().allMatch("c2"::equals);
        });
    }
}
