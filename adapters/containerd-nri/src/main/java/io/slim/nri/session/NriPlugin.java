package io.slim.nri.session;

import io.slim.nri.protocol.Nri.Container;
import io.slim.nri.protocol.Nri.ContainerAdjustment;
import io.slim.nri.protocol.Nri.PodSandbox;
import io.slim.nri.ttrpc.StatusException;
import java.time.Duration;
import java.util.List;

/**
 * What a plug-in does. The runtime waits for each of these, one at a time, and does nothing else with pods meanwhile; all are
 * called by one thread. What they throw, but for a {@link StatusException}, is logged and kept from the runtime.
 */
public interface NriPlugin {

    /**
     * The runtime is there.
     *
     * @param runtime its name and version, for people
     * @param patience how long it waits for an answer before it does without this plug-in
     */
    void configured(String runtime, Duration patience);

    /**
     * All that there is at present; comes once after {@link #configured}.
     *
     * @param complete whether it is all: false if there are more than can be told
     */
    void synchronize(List<PodSandbox> pods, List<Container> containers, boolean complete);

    /** A pod's network is there, and none of its containers yet. */
    void podStarted(PodSandbox pod);

    /** None of a pod's containers runs any more. May come twice. */
    void podStopped(PodSandbox pod);

    /**
     * A container is about to be created.
     *
     * @return what is to be added to it; the default instance for nothing
     * @throws StatusException for it not to be created
     */
    ContainerAdjustment containerCreated(PodSandbox pod, Container container) throws StatusException;

    /** A container's first process is there, and runs nothing of the container's yet. */
    void containerStarted(PodSandbox pod, Container container);

    /** A container does not run any more, or will never. May come twice. */
    void containerStopped(PodSandbox pod, Container container);
}
