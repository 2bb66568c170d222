package io.slim.nri.session;

import io.slim.nri.protocol.Nri.Container;
import io.slim.nri.protocol.Nri.ContainerAdjustment;
import io.slim.nri.protocol.Nri.KeyValue;
import io.slim.nri.protocol.Nri.PodSandbox;
import io.slim.nri.ttrpc.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Notes what it is told, and has each container get a variable that does not fit into one small frame. */
final class Witness implements NriPlugin {

    static final int VALUE_LENGTH = 10_000;

    private final List<String> seen = new ArrayList<>();

    synchronized List<String> seen() {
        return List.copyOf(seen);
    }

    private synchronized void note(String what) {
        seen.add(what);
    }

    @Override
    public void configured(String runtime, Duration patience) {
        note("configured: " + runtime + ", " + patience.toMillis() + " ms");
    }

    @Override
    public void synchronize(List<PodSandbox> pods, List<Container> containers, boolean complete) {
        note("there are " + pods.size() + " pods, " + containers.size() + " containers"
                + (complete ? "" : " and more"));
        pods.forEach(pod -> note("  " + text(pod)));
        containers.forEach(container -> note("  " + text(container)));
    }

    @Override
    public void podStarted(PodSandbox pod) {
        note("pod started: " + text(pod));
    }

    @Override
    public void podStopped(PodSandbox pod) {
        note("pod stopped: " + pod.getName());
    }

    @Override
    public ContainerAdjustment containerCreated(PodSandbox pod, Container container) throws StatusException {
        note("container created: " + text(container) + " in " + text(pod));
        if (container.getAnnotationsMap().containsKey("witness.refuse")) {
            throw new StatusException(StatusException.FAILED_PRECONDITION, "refused, as it asked");
        }
        return ContainerAdjustment.newBuilder()
                .addEnv(KeyValue.newBuilder().setKey("WITNESS").setValue("w".repeat(VALUE_LENGTH)))
                .build();
    }

    @Override
    public void containerStarted(PodSandbox pod, Container container) {
        note("container started: " + text(container));
    }

    @Override
    public void containerStopped(PodSandbox pod, Container container) {
        note("container stopped: " + container.getName());
    }

    private static String text(PodSandbox pod) {
        return pod.getNamespace() + "/" + pod.getName() + " "
                + new TreeMap<>(pod.getAnnotationsMap()).headMap("io.kubernetes") + " ips=" + pod.getIpsList() + " pid="
                + (pod.getPid() > 0 ? "yes" : "no") + " namespaces="
                + pod.getLinux().getNamespacesList().stream()
                        .map(namespace ->
                                namespace.getType() + (namespace.getPath().isEmpty() ? "" : "+"))
                        .toList();
    }

    private static String text(Container container) {
        return container.getName() + " " + container.getState() + " args=" + container.getArgsList() + " "
                + container.getEnvCount() + " variables, " + container.getMountsCount() + " mounts, pid="
                + (container.getPid() > 0 ? "yes" : "no");
    }
}
