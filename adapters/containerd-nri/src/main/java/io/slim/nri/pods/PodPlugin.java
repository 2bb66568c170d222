package io.slim.nri.pods;

import io.slim.api.RouterMode;
import io.slim.nri.protocol.Nri.Container;
import io.slim.nri.protocol.Nri.ContainerAdjustment;
import io.slim.nri.protocol.Nri.ContainerState;
import io.slim.nri.protocol.Nri.PodSandbox;
import io.slim.nri.session.NriPlugin;
import io.slim.nri.ttrpc.StatusException;
import io.slim.oci.SlimOptions;
import io.slim.oci.hosting.Hosting;
import io.slim.oci.hosting.NotServedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Slim as a plug-in of a container runtime. Whatever stands in the way, pods and containers run without. */
public final class PodPlugin implements NriPlugin {

    private static final Logger LOG = LoggerFactory.getLogger(PodPlugin.class);

    private final Selection selection;
    private final PodHosting pods;
    private final Decisions decisions = new Decisions();
    private Duration patience = Duration.ofSeconds(1);

    /**
     * For the pods of one router.
     *
     * @param shim on the host
     * @param prefixes that are overlay for pods that do not say; checked
     * @param namespaces of Kubernetes whose pods get Slim without asking
     */
    public PodPlugin(Hosting hosting, Path shim, Optional<String> prefixes, RouterMode mode, Set<String> namespaces) {
        selection = new Selection(namespaces);
        pods = new PodHosting(hosting, shim, prefixes, mode);
    }

    @Override
    public void configured(String runtime, Duration wait) {
        LOG.info("{} is there, and waits {} ms for answers", runtime, wait.toMillis());
        // The rest is for the way there and back, on a machine that is busy.
        patience = wait.dividedBy(2);
    }

    @Override
    public void synchronize(List<PodSandbox> told, List<Container> containers, boolean complete) {
        Map<String, NriPod> running = new HashMap<>();
        Set<String> ids = new HashSet<>();
        for (PodSandbox one : told) {
            NriPod pod = new NriPod(one);
            if (pod.namespace().isPresent()) {
                running.put(pod.id(), pod);
                ids.add(pod.id());
                podStarted(one);
            }
        }
        for (Container container : containers) {
            NriPod pod = running.get(container.getPodSandboxId());
            if (pod != null && isThere(container)) {
                ids.add(container.getId());
                adopt(pod, new NriContainer(container, !pod.isOnHostNetwork()));
            }
        }
        if (complete) {
            pods.keepOnly(ids);
        }
        LOG.info("{} pods and {} containers are running", running.size(), ids.size() - running.size());
    }

    private static boolean isThere(Container container) {
        return container.getState() == ContainerState.CONTAINER_RUNNING
                || container.getState() == ContainerState.CONTAINER_CREATED
                || container.getState() == ContainerState.CONTAINER_PAUSED;
    }

    private void adopt(NriPod pod, NriContainer container) {
        SlimOptions options = selection.options(pod, container);
        try {
            if (!pod.isOnHostNetwork() && selection.wants(pod, options)) {
                pods.adopt(pod, container, options);
            }
        } catch (NotServedException e) {
            tell(pod, container, e.getMessage());
        }
    }

    @Override
    public void podStarted(PodSandbox told) {
        NriPod pod = new NriPod(told);
        if (pod.isOnHostNetwork() || !selection.wantsAny(pod)) {
            return;
        }
        try {
            pods.admit(pod, selection.options(pod));
        } catch (NotServedException e) {
            LOG.info("pod {} is without Slim: {}", pod.name(), e.getMessage());
        }
    }

    @Override
    public void podStopped(PodSandbox pod) {
        pods.endedWithAll(pod.getId());
    }

    @Override
    public ContainerAdjustment containerCreated(PodSandbox sandbox, Container told) throws StatusException {
        NriPod pod = new NriPod(sandbox);
        NriContainer container = new NriContainer(told, !pod.isOnHostNetwork());
        SlimOptions options = selection.options(pod, container);
        if (pod.isOnHostNetwork() || !selection.wants(pod, options)) {
            return ContainerAdjustment.getDefaultInstance();
        }
        try {
            return decisions.within(
                    patience, () -> pods.admit(pod, container, options), () -> pods.ended(told.getId()));
        } catch (NotServedException e) {
            tell(pod, container, e.getMessage());
            if (options.require()) {
                throw new StatusException(
                        StatusException.FAILED_PRECONDITION,
                        "container " + told.getName() + " has io.slim.require=true, and cannot have Slim: "
                                + e.getMessage());
            }
            return ContainerAdjustment.getDefaultInstance();
        }
    }

    @Override
    public void containerStarted(PodSandbox sandbox, Container told) {
        NriPod pod = new NriPod(sandbox);
        NriContainer container = new NriContainer(told, !pod.isOnHostNetwork());
        if (!pod.isOnHostNetwork() && selection.wants(pod, selection.options(pod, container))) {
            pods.started(container).ifPresent(why -> tell(pod, container, why));
        }
    }

    @Override
    public void containerStopped(PodSandbox pod, Container container) {
        pods.ended(container.getId());
    }

    private static void tell(NriPod pod, NriContainer container, String why) {
        LOG.info("container {} of pod {} is without Slim: {}", container.told().getName(), pod.name(), why);
    }

    /** Decides nothing any more. Pods live on. */
    public void close() {
        decisions.close();
    }
}
