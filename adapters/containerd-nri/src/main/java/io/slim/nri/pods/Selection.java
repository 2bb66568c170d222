package io.slim.nri.pods;

import io.slim.oci.SlimOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which pods get Slim: those that say so by annotation, and those in some Kubernetes namespaces that do not say otherwise. A
 * pod's annotation {@code io.slim.enable.NAME} is about its container of that name alone. Immutable.
 *
 * @param namespaces whose pods get Slim unless they say otherwise
 */
record Selection(Set<String> namespaces) {

    private static final String OURS = "io.slim.";
    private static final String OF_A_CONTAINER = SlimOptions.ENABLE + ".";

    Selection {
        namespaces = Set.copyOf(namespaces);
    }

    /** What a pod as a whole asks for. */
    SlimOptions options(NriPod pod) {
        return SlimOptions.of(ofPod(pod));
    }

    /** What a container asks for, and its pod for it. */
    SlimOptions options(NriPod pod, NriContainer container) {
        Map<String, String> all = ofPod(pod);
        String own = pod.told()
                .getAnnotationsMap()
                .get(OF_A_CONTAINER + container.told().getName());
        if (own != null) {
            all.put(SlimOptions.ENABLE, own);
        }
        container.annotations().forEach((key, value) -> {
            if (key.startsWith(OURS)) {
                all.put(key, value);
            }
        });
        return SlimOptions.of(all);
    }

    private static Map<String, String> ofPod(NriPod pod) {
        Map<String, String> all = new HashMap<>();
        pod.told().getAnnotationsMap().forEach((key, value) -> {
            if (key.startsWith(OURS) && !key.startsWith(OF_A_CONTAINER)) {
                all.put(key, value);
            }
        });
        return all;
    }

    /** Whether that is Slim; what cannot be understood is, so that somebody is told why not. */
    boolean wants(NriPod pod, SlimOptions options) {
        boolean unclear = options.enable().isEmpty() && !options.problems().isEmpty();
        return options.enable().orElse(unclear || namespaces.contains(pod.told().getNamespace()));
    }

    /** Whether the pod, or one of its containers. */
    boolean wantsAny(NriPod pod) {
        return wants(pod, options(pod))
                || pod.told().getAnnotationsMap().entrySet().stream()
                        .anyMatch(annotation -> annotation.getKey().startsWith(OF_A_CONTAINER)
                                && annotation.getValue().equals("true"));
    }
}
