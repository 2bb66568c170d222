package io.slim.nri.pods;

import io.slim.oci.Obstacles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which images have programs for which the shim is useless: static ones, and those of another architecture.
 *
 * <p>A container's files cannot be looked at before it is created: no runtime tells where they are, or mounts them before. So each
 * is looked at when it has been created, and what was found counts for the next one of the same image and program: the first one of
 * an image has the shim, to no effect. Every container is looked at, so that an image that has changed is found out. Thread-safe.
 */
final class ProgramsSeen {

    private static final int MOST = 1024;
    private static final List<String> IMAGE = List.of("io.kubernetes.cri.image-name", "io.kubernetes.cri-o.ImageName");

    private final Map<String, String> obstacles = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    };

    /** What was found of an earlier one; empty if nothing was in the way, or nothing is known. */
    synchronized Optional<String> obstacle(NriContainer container) {
        return key(container).map(obstacles::get);
    }

    /** Looks at a container that has been created. */
    Optional<String> look(NriContainer container) {
        Optional<String> found = Obstacles.ofProgram(container);
        Optional<String> key = key(container);
        synchronized (this) {
            key.ifPresent(known -> {
                if (found.isPresent()) {
                    obstacles.put(known, found.get());
                } else {
                    obstacles.remove(known);
                }
            });
        }
        return found;
    }

    private static Optional<String> key(NriContainer container) {
        return IMAGE.stream()
                .filter(container.annotations()::containsKey)
                .findFirst()
                .map(name -> container.annotations().get(name) + "\n"
                        + String.join("\n", container.arguments()) + "\n"
                        + container.variable("PATH").orElse(""));
    }
}
