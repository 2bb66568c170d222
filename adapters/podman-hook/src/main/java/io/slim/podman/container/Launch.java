package io.slim.podman.container;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A container that is about to be created.
 *
 * @param id the runtime's
 * @param networkNamespace if it is there already
 * @param prefixes that are overlay for it, separated by commas; they have been checked
 * @param preloads text of the {@code /etc/ld.so.preload} that it is to see; empty for none of Slim's
 * @param labels for whoever asks the router about the container
 * @param rate most bytes per second that a connection of it sends; 0 for no limit
 * @param capabilities that it holds or can gain on this host
 * @param shares directories and sockets of the host that it has, through which it can be handed sockets
 * @param creator process without which it will not be created; 0 if there is none such
 */
public record Launch(
        String id,
        Optional<Path> networkNamespace,
        String prefixes,
        Optional<String> preloads,
        Map<String, String> labels,
        long rate,
        Set<String> capabilities,
        Set<String> shares,
        int creator) {

    /** Copies labels and sets. */
    public Launch {
        labels = Map.copyOf(labels);
        capabilities = Set.copyOf(capabilities);
        shares = Set.copyOf(shares);
    }
}
