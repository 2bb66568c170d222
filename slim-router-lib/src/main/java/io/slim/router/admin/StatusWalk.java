package io.slim.router.admin;

import io.slim.api.status.ContainerStatus;
import io.slim.api.status.ListenerCounts;
import io.slim.api.status.ListenerStatus;
import io.slim.router.container.Container;
import io.slim.router.container.Containers;
import io.slim.router.listen.ListenService;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Goes through all containers, some at a time. Only the event loop touches it. */
final class StatusWalk {

    /** Containers and listeners together: well under a millisecond. */
    private static final int PIECE = 1024;

    private final Containers source;
    private final ListenService listeners;
    private final List<ContainerStatus> found = new ArrayList<>();
    private @Nullable Iterator<Container> left;
    private int listed;
    private int offered;
    private int waiting;
    private int stalled;

    StatusWalk(Containers source, ListenService listeners) {
        this.source = source;
        this.listeners = listeners;
    }

    /** Reads some more; tells whether there is still more. */
    boolean next() {
        if (left == null) {
            left = source.all().iterator();
        }
        for (int work = 0; left.hasNext() && work < PIECE; ) {
            work += 1 + add(left.next());
        }
        return left.hasNext();
    }

    private int add(Container container) {
        List<ListenerStatus> all = listeners.status(container);
        all.forEach(this::count);
        List<ListenerStatus> shown = all.subList(0, Math.min(all.size(), ContainerStatus.MOST_LISTENERS - listed));
        listed += shown.size();
        found.add(new ContainerStatus(
                container.name(),
                container.namespace(),
                container.knownAddresses(),
                container.connections(),
                container.connects(),
                Optional.ofNullable(container.withheld()),
                shown,
                all.size() - shown.size()));
        return all.size();
    }

    private void count(ListenerStatus listener) {
        if (listener.offered()) {
            offered++;
        } else if (listener.stalled()) {
            stalled++;
        } else {
            waiting++;
        }
    }

    List<ContainerStatus> containers() {
        return found;
    }

    ListenerCounts counts() {
        return new ListenerCounts(offered, waiting, stalled);
    }
}
