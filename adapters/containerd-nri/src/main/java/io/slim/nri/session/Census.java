package io.slim.nri.session;

import io.slim.nri.protocol.Nri.Container;
import io.slim.nri.protocol.Nri.PodSandbox;
import io.slim.nri.protocol.Nri.SynchronizeRequest;
import java.util.ArrayList;
import java.util.List;

/** The parts of what there is, until the last one has come. Not thread-safe. */
final class Census {

    /** More than any node has; of pods, and of containers. */
    private static final int MOST = 50_000;

    private final List<PodSandbox> pods = new ArrayList<>();
    private final List<Container> containers = new ArrayList<>();
    private boolean complete = true;

    void add(SynchronizeRequest part) {
        if (pods.size() + part.getPodsCount() > MOST || containers.size() + part.getContainersCount() > MOST) {
            complete = false;
            return;
        }
        pods.addAll(part.getPodsList());
        containers.addAll(part.getContainersList());
    }

    List<PodSandbox> pods() {
        return List.copyOf(pods);
    }

    List<Container> containers() {
        return List.copyOf(containers);
    }

    boolean isComplete() {
        return complete;
    }
}
