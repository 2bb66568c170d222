package io.slim.nri.pods;

import io.slim.api.RouterMode;
import io.slim.api.resolver.table.Prefix;
import io.slim.command.Prefixes;
import io.slim.nri.protocol.Nri.Container;
import io.slim.nri.protocol.Nri.ContainerAdjustment;
import io.slim.oci.Obstacles;
import io.slim.oci.SlimOptions;
import io.slim.oci.hosting.Hosting;
import io.slim.oci.hosting.Launch;
import io.slim.oci.hosting.MeetingPlaces;
import io.slim.oci.hosting.NotServedException;
import io.slim.oci.hosting.Terms;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Pods and their containers, as the router's hosting knows them: a pod is there as long as its network namespace is, and is
 * named after its sandbox; its containers sit with it. Thread-safe.
 */
final class PodHosting {

    /** A pod has no variables of its own. */
    private static final NriContainer NOBODY = new NriContainer(Container.getDefaultInstance(), true);

    /** No runtime tells a container's capabilities. The router looks at its processes. */
    private static final Set<String> NOT_TOLD = Set.of();

    private final Hosting hosting;
    private final Path shim;
    private final Optional<String> prefixes;
    private final RouterMode mode;
    private final ProgramsSeen programs = new ProgramsSeen();

    /**
     * For the pods of one router.
     *
     * @param shim on the host
     * @param prefixes that are overlay for pods that do not say
     */
    PodHosting(Hosting hosting, Path shim, Optional<String> prefixes, RouterMode mode) {
        this.hosting = hosting;
        this.shim = shim;
        this.prefixes = prefixes;
        this.mode = mode;
    }

    /** Has the router serve a pod, unless it does. */
    void admit(NriPod pod, SlimOptions options) throws NotServedException {
        if (hosting.has(pod.id())) {
            return;
        }
        Terms terms = Terms.of(options, NOBODY, prefixes, mode);
        Path namespace = pod.namespace()
                .orElseThrow(() -> new NotServedException("its network namespace is not to be seen here (expected: "
                        + "/run/netns, or processes of the host in /proc)"));
        boolean mounted = pod.mountedNamespace().isPresent();
        hosting.admit(new Launch(
                pod.id(),
                Optional.of(namespace),
                terms.prefixes(),
                Optional.empty(),
                labels(pod, options),
                terms.rate(),
                addresses(pod, terms.prefixes()),
                NOT_TOLD,
                Set.of(),
                mounted,
                mounted ? 0 : pod.process()));
        if (!mounted) {
            hosting.created(pod.id(), pod.process());
        }
    }

    /** What a container that is about to be created gets. */
    ContainerAdjustment admit(NriPod pod, NriContainer container, SlimOptions options) throws NotServedException {
        Terms terms = Terms.of(options, container, prefixes, mode);
        Optional<String> obstacle = Obstacles.find(container).or(() -> programs.obstacle(container));
        if (obstacle.isPresent()) {
            throw new NotServedException(obstacle.get());
        }
        admit(pod, options);
        Hosting.Admitted admitted = hosting.admit(new Launch(
                container.told().getId(),
                pod.namespace(),
                terms.prefixes(),
                Optional.empty(),
                labels(pod, options),
                terms.rate(),
                Set.of(),
                NOT_TOLD,
                pod.sharedByOthers(MeetingPlaces.of(container)),
                false,
                0));
        return Adjustment.of(container, shim, admitted.socketDirectory(), terms.prefixes());
    }

    /**
     * A container has its first process.
     *
     * @return what there is to tell people; empty if it has Slim, or was not to have it
     */
    Optional<String> started(NriContainer container) {
        Optional<String> obstacle = programs.look(container);
        String id = container.told().getId();
        if (!hosting.has(id)) {
            return Optional.empty();
        }
        if (container.socketDirectory().isEmpty()) {
            hosting.ended(id);
            return Optional.of("the runtime has not given it what Slim's plug-in asked for");
        }
        hosting.created(id, container.told().getPid());
        return obstacle;
    }

    /** Takes up a container that was started before this plug-in was. */
    void adopt(NriPod pod, NriContainer container, SlimOptions options) throws NotServedException {
        String id = container.told().getId();
        Optional<Path> directory = container.socketDirectory();
        if (directory.isEmpty()) {
            return;
        }
        if (!hosting.has(id)) {
            Terms terms = Terms.of(options, container, prefixes, mode);
            admit(pod, options);
            Hosting.Admitted admitted = hosting.admit(new Launch(
                    id,
                    pod.namespace(),
                    terms.prefixes(),
                    Optional.empty(),
                    labels(pod, options),
                    terms.rate(),
                    Set.of(),
                    NOT_TOLD,
                    Set.of(),
                    false,
                    0));
            if (!admitted.socketDirectory().equals(directory.get())) {
                hosting.ended(id);
                throw new NotServedException("it has the sockets of another router, in " + directory.get()
                        + " (expected: " + admitted.socketDirectory() + "); it will have Slim when it is created anew");
            }
        }
        hosting.created(id, container.told().getPid());
    }

    void ended(String id) {
        hosting.ended(id);
    }

    void endedWithAll(String pod) {
        hosting.endedWithAll(pod);
    }

    void keepOnly(Set<String> ids) {
        hosting.keepOnly(ids);
    }

    private static Map<String, String> labels(NriPod pod, SlimOptions options) {
        Map<String, String> labels = new HashMap<>(options.labels());
        labels.put("io.kubernetes.pod.name", pod.told().getName());
        labels.put("io.kubernetes.pod.namespace", pod.told().getNamespace());
        return labels;
    }

    /** Those of its addresses that are overlay. Literals: nothing is looked up. */
    private static Set<InetAddress> addresses(NriPod pod, String prefixes) throws NotServedException {
        List<Prefix> overlay = Prefixes.parse(prefixes);
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (String ip : pod.told().getIpsList()) {
            try {
                InetAddress address = Prefix.address(ip);
                if (overlay.stream().anyMatch(prefix -> prefix.contains(address))) {
                    addresses.add(address);
                }
            } catch (IllegalArgumentException e) {
                throw new NotServedException("its address is " + ip + " (expected: an IP address)");
            }
        }
        return addresses;
    }
}
